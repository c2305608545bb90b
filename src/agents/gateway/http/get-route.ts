/** One way to declare a read: query checked by zod, the same schemas shown at /docs. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Need } from '../access/access.ts';
import { jsonSchema } from './json-schema.ts';
import { parseInput } from './parse-input.ts';

export interface GetRoute<Q extends z.ZodObject, A extends z.ZodType> {
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly query: Q;
  /** Describes the answer; what is sent comes from parsed data and is not checked again. */
  readonly answer: A;
  readonly example: z.input<A>;
  /** Who may ask; viewers when it does not say. */
  readonly needs?: Need;
  /** What is asked for may not be there: 404. */
  readonly canBeMissing?: boolean;
  readonly handler: (query: z.output<Q>, request: FastifyRequest) => Promise<z.input<A>>;
}

/** For routes without parameters: any parameter is a mistake and is told. */
export const NoQuery = z.strictObject({});

export function get<Q extends z.ZodObject, A extends z.ZodType>(
  server: FastifyInstance,
  route: GetRoute<Q, A>,
): void {
  const needs = route.needs ?? 'viewer';
  const schema = {
    summary: route.summary,
    tags: [route.tag],
    querystring: jsonSchema(route.query, 'input'),
    response: {
      200: { description: 'The answer', ...jsonSchema(route.answer, 'output', route.example) },
    },
    'x-needs': needs,
    'x-can-be-missing': route.canBeMissing ?? false,
  };
  server.get(
    route.path,
    {
      schema,
      config: { needs },
      validatorCompiler: () => () => true,
      serializerCompiler: () => JSON.stringify,
    },
    async (request) =>
      route.handler(parseInput(route.query, request.query, 'a parameter'), request),
  );
}
