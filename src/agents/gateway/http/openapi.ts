/**
 * The document at /docs/json. Routes say what is theirs; who may ask and what can go wrong follows
 * from what they need and do, and is written into each here, so that no route can forget it.
 */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { z } from 'zod';
import { STATUS_CODES } from '#platform/http/node-http.ts';
import type { Need } from '../access/access.ts';
import { jsonSchema } from './json-schema.ts';
import { Problem, PROBLEM_TYPE } from './problem.ts';

const TOKEN = 'token';

interface Mistake {
  readonly status: number;
  readonly when: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly more?: Partial<Problem>;
}

const CHALLENGE = { 'WWW-Authenticate': 'How to ask, as RFC 6750 says it' };
const RETRY = { 'Retry-After': 'Seconds after which to ask again' };

const MISTAKES: readonly Mistake[] = [
  {
    status: 400,
    when: 'A parameter or the body is not as it should be; `errors` names each part',
    detail: 'a parameter is not as it should be',
    more: { errors: [{ parameter: 'limit', detail: 'expected a whole number' }] },
  },
  {
    status: 401,
    when: 'No token where one is needed, or one that is mistyped, revoked or ended',
    detail: 'this token has ended: "./start-bot.sh tokens add NAME" makes a new one',
    headers: CHALLENGE,
  },
  {
    status: 403,
    when: 'The token’s role may not do this',
    detail: 'this needs the role trader; the token "grafana" is a viewer',
    headers: CHALLENGE,
  },
  { status: 404, when: 'There is nothing of that name', detail: 'there is no account yet' },
  {
    status: 409,
    when: 'Refused by the desk, in its own words',
    detail: 'refused: nothing of BTC/USDT is held or on its way',
  },
  { status: 413, when: 'The body is too large', detail: 'Request body is too large' },
  { status: 415, when: 'The body is not JSON', detail: 'Unsupported Media Type' },
  {
    status: 421,
    when: 'The name in `Host` is not this desk’s',
    detail: 'this name is not the desk’s: use its address or localhost',
  },
  {
    status: 422,
    when: 'Understood, and cannot be done as asked',
    detail: 'this Idempotency-Key was used for another request',
  },
  {
    status: 429,
    when: 'More than `gateway.rate_limits` allows',
    detail: 'too many requests: gateway.rate_limits sets the limit',
    headers: RETRY,
  },
  {
    status: 503,
    when: 'A part of the desk is away for now; what acts may be sent again under the same key',
    detail: 'the coordinator is not there to be asked; try again shortly',
    headers: RETRY,
    more: { type: 'urn:nightdesk:problem:coordinator-away' },
  },
];

/** What the guard and the routes can answer but what was asked for. */
function statusesOf(method: string, need: Need, canBeMissing: boolean): readonly number[] {
  const isAct = method === 'post';
  return [
    400,
    ...(need === 'open' ? [] : [401]),
    ...(need === 'trader' || need === 'admin' ? [403] : []),
    ...(canBeMissing ? [404] : []),
    ...(isAct ? [409, 413, 415] : []),
    421,
    ...(isAct ? [422] : []),
    429,
    503,
  ];
}

const Operation = z.looseObject({
  'x-needs': z.enum(['open', 'viewer', 'trader', 'admin']).default('viewer'),
  'x-can-be-missing': z.boolean().default(false),
  description: z.string().optional(),
  responses: z.record(z.string(), z.unknown()),
  requestBody: z.looseObject({}).optional(),
});
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

const WHO: Readonly<Record<Need, string>> = {
  open: 'Needs no token.',
  viewer: 'Needs a token beyond loopback, or where `gateway.open_reads` is false.',
  trader: 'Needs a token of the role trader or admin.',
  admin: 'Needs a token of the role admin.',
};

export const documentOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'nightdesk',
      description:
        'What the desk sees, decides and holds, and what can be done by hand. Amounts are decimal text, times are epoch milliseconds (UTC), fractions are fractions: 0.02 is 2 %.',
      version: '1',
    },
    components: {
      securitySchemes: {
        [TOKEN]: {
          type: 'http',
          scheme: 'bearer',
          description: 'Made by `./start-bot.sh tokens add NAME --role viewer|trader|admin`',
        },
      },
      schemas: { Problem: jsonSchema(Problem, 'output') },
      responses: Object.fromEntries(
        MISTAKES.map((mistake) => [String(mistake.status), response(mistake)]),
      ),
    },
  },
  transformObject: (document) => {
    if (!('openapiObject' in document)) return document.swaggerObject;
    return complete(document.openapiObject);
  },
};

function response({ status, when, detail, headers = {}, more = {} }: Mistake) {
  const title = STATUS_CODES[status] ?? '';
  const example = { type: 'about:blank', title, status, detail, instance: '/api/v1/…', ...more };
  const shown = Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' as const } },
    ]),
  );
  return {
    description: when,
    ...(Object.keys(shown).length === 0 ? {} : { headers: shown }),
    content: {
      [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, example },
    },
  };
}

function complete<T extends object>(document: T): T {
  const { paths } = Document.parse(document);
  const completed = Object.entries(paths).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, one]) => [method, withMistakes(method, one)]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(completed) as object };
}

function withMistakes(method: string, operation: z.output<typeof Operation>) {
  const { 'x-needs': need, 'x-can-be-missing': canBeMissing, ...rest } = operation;
  const { description, responses, requestBody } = rest;
  const mistakes = statusesOf(method, need, canBeMissing).map((status) => [
    status,
    { $ref: `#/components/responses/${status}` },
  ]);
  return {
    ...rest,
    description: [description, WHO[need]].filter((text) => text !== undefined).join(' '),
    // An empty one stands for "none needed".
    security: need === 'open' ? [] : [...(need === 'viewer' ? [{}] : []), { [TOKEN]: [] }],
    responses: { ...responses, ...(Object.fromEntries(mistakes) as object) },
    ...(requestBody === undefined ? {} : { requestBody }),
  };
}
