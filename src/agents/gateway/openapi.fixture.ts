/** The document at /docs/json as tests read it, and a check of values against its schemas. */
import { fastify } from 'fastify';
import { z } from 'zod';

const Schema = z.record(z.string(), z.unknown());
const Media = z.looseObject({ schema: Schema, example: z.unknown().optional() });
export const Answer = z.looseObject({
  description: z.string().min(3),
  content: z.record(z.string(), Media).optional(),
});
const Reference = z.strictObject({ $ref: z.string() });
const Parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['query', 'header']),
  schema: Schema,
  example: z.unknown().optional(),
});
const Operation = z.looseObject({
  summary: z.string().min(3),
  description: z.string().min(3),
  tags: z.array(z.string()).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(Parameter).default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), Media) }).optional(),
  responses: z.record(z.string(), z.union([Reference, Answer])),
});
const Document = z.looseObject({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({
    schemas: z.record(z.string(), Schema),
    responses: z.record(z.string(), Answer),
    securitySchemes: z.looseObject({ token: z.looseObject({ scheme: z.literal('bearer') }) }),
  }),
});

export interface Route {
  readonly path: string;
  readonly method: string;
  readonly operation: z.output<typeof Operation>;
}

export type ApiDocument = z.output<typeof Document>;

export function parseDocument(value: unknown): ApiDocument {
  return Document.parse(value);
}

export function routesOf({ paths }: ApiDocument): readonly Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Schema of the answer with a status; undefined when the document knows none. */
export function answerSchema(
  { components }: ApiDocument,
  { operation }: Route,
  status: number,
): z.output<typeof Schema> | undefined {
  const declared = operation.responses[String(status)];
  const answer =
    declared !== undefined && '$ref' in declared ? components.responses[String(status)] : declared;
  const parsed = Answer.safeParse(answer);
  const [media] = Object.values(parsed.data?.content ?? {});
  return media?.schema;
}

/** Says what is wrong with a value, or nothing. */
type Check = (schema: z.output<typeof Schema>, value: unknown) => string;

/** Fastify's own validator, which knows nothing of the schemas' origin. */
export async function validator(document: ApiDocument): Promise<Check> {
  const server = fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } },
  });
  const { Problem } = document.components.schemas;
  const check = Promise.withResolvers<Check>();
  server.get('/', async (request) => {
    check.resolve((schema, value) => {
      const whole = schema['$ref'] === undefined ? schema : (Problem ?? {});
      const validate = request.compileValidationSchema(whole);
      return validate(value) === true ? '' : JSON.stringify(validate.errors);
    });
  });
  await server.inject('/');
  return await check.promise;
}
