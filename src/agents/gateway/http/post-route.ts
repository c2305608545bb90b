/** One way to declare what acts: a token's role, a body checked by zod, an answer that says how far it is. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiToken } from '#platform/access/token-file.ts';
import { assert } from '#platform/errors.ts';
import type { AskKind } from '../access/access.ts';
import { callerOf } from '../access/guard.ts';
import { jsonSchema } from './json-schema.ts';
import { parseInput } from './parse-input.ts';

/** Who acts, where from, and the key under which it is done once. */
export interface Acting {
  readonly token: ApiToken;
  readonly address: string;
  readonly key: string | undefined;
}

export interface PostRoute<B extends z.ZodType, A extends z.ZodType> {
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly needs: 'trader' | 'admin';
  readonly limit?: AskKind;
  readonly body: B;
  readonly bodyExample: z.input<B>;
  readonly answer: A;
  readonly answerExample: z.input<A>;
  /** The answer of a request that is taken and not done yet. */
  readonly pendingExample?: z.input<A>;
  /** 202: accepted, and not known to be done yet. */
  readonly handler: (
    body: z.output<B>,
    acting: Acting,
  ) => Promise<{ readonly status: 200 | 202; readonly body: z.input<A> }>;
}

const Headers = z.looseObject({
  /** The same key is carried out once, however often it is sent. */
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7E]{8,128}$/, 'expected 8 to 128 visible characters')
    .optional(),
});

export function post<B extends z.ZodType, A extends z.ZodType>(
  server: FastifyInstance,
  route: PostRoute<B, A>,
): void {
  const answer = (description: string, example: z.input<A>) => ({
    description,
    ...jsonSchema(route.answer, 'output', example),
  });
  const { needs, pendingExample } = route;
  const schema = {
    summary: route.summary,
    tags: [route.tag],
    headers: jsonSchema(Headers, 'input'),
    body: jsonSchema(route.body, 'input', route.bodyExample),
    response: {
      200: answer('Done', route.answerExample),
      ...(pendingExample === undefined
        ? {}
        : { 202: answer('Taken, and not known to be done yet', pendingExample) }),
    },
    'x-needs': needs,
  };
  server.post(
    route.path,
    {
      schema,
      config: { needs, limit: route.limit ?? 'write' },
      validatorCompiler: () => () => true,
      serializerCompiler: () => JSON.stringify,
    },
    async (request, reply) => {
      const acting = actingIn(request);
      // A body that is left out is an empty one.
      const body = parseInput(route.body, request.body ?? {}, 'the body');
      const { status, body: told } = await route.handler(body, acting);
      return await reply.status(status).send(told);
    },
  );
}

function actingIn(request: FastifyRequest): Acting {
  const token = callerOf(request);
  assert(token !== undefined, 'nobody acts without a token');
  const { 'idempotency-key': key } = parseInput(Headers, request.headers, 'a parameter');
  return { token, address: request.ip, key };
}
