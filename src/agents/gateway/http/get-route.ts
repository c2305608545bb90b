/** One way to declare a read: query checked by zod, the same schemas shown at /docs. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Need } from '../access/access.ts';
import { jsonSchema } from './json-schema.ts';
import { parseInput } from './parse-input.ts';
import { remembered } from './remembered.ts';

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
  /**
   * Changes whenever the answer to the same question may be another; the answer must follow from it
   * and the query alone. Until then the text of the first answer is sent again.
   */
  readonly stamp?: () => Promise<string>;
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
    answering(route),
  );
}

function answering<Q extends z.ZodObject, A extends z.ZodType>({
  query: asked,
  handler,
  stamp,
}: GetRoute<Q, A>) {
  const answers = remembered();
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const query = parseInput(asked, request.query, 'a parameter');
    if (stamp === undefined) return handler(query, request);
    // Before the read: what is written meanwhile must not pass as known.
    const now = await stamp();
    const known = answers.find(request.url, now);
    const text = known ?? JSON.stringify(await handler(query, request));
    if (known === undefined) answers.keep(request.url, now, text);
    return reply.type('application/json; charset=utf-8').send(text);
  };
}
