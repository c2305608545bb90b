/** Requests to the routes of an API document: most nearly right, some right, some beside all rules. */
import fc from 'fast-check';
import type { Route } from '#agents/gateway/openapi.fixture.ts';
import { fromSchema, junk, nearly, type JsonSchema } from './from-schema.ts';

export interface StrangeRequest {
  readonly route: Route;
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND'];

export function strangeRequest(
  routes: readonly Route[],
  token: string,
): fc.Arbitrary<StrangeRequest> {
  return fc.constantFrom(...routes).chain((route) => {
    const right = route.method.toUpperCase();
    return fc.record({
      route: fc.constant(route),
      method: mostly(fc.constant(right), fc.constantFrom(...METHODS)),
      target: queryOf(route).map((query) => `${route.path}${query}`),
      headers: fc
        .tuple(authorization(token), contentType(right), idempotencyKey())
        .map((parts) => Object.assign({}, ...parts) as Record<string, string>),
      body: right === 'POST' ? bodyOf(route) : mostly(fc.constant(undefined), text()),
    });
  });
}

/** Nine of ten. */
function mostly<T, U>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ arbitrary: usual, weight: 9 }, { arbitrary: other, weight: 1 });
}

function queryOf({ operation }: Route): fc.Arbitrary<string> {
  const parameters = operation.parameters.filter((one) => one.in === 'query');
  const right = fc.record(
    Object.fromEntries(parameters.map(({ name, schema }) => [name, fromSchema(schema)])),
    { requiredKeys: [] },
  );
  const wrong = fc.dictionary(
    fc.oneof(
      fc.constantFrom('', 'limit', 'cursor', 'pair', ...parameters.map(({ name }) => name)),
      fc.string(),
    ),
    junk,
    { maxKeys: 4 },
  );
  const encoded = fc.oneof(right, right, wrong).map((values) => {
    const query = Object.entries(values).map(([name, value]) => `${encode(name)}=${encode(value)}`);
    return query.length === 0 ? '' : `?${query.join('&')}`;
  });
  const raw = fc.constantFrom(
    '?',
    '?%',
    '?%ff%fe',
    '?a[b]=c&a=1&a=2',
    '?limit=1&limit=2',
    '?;',
    '/%2e%2e',
    '//',
  );
  return mostly(encoded, raw);
}

function encode(value: unknown): string {
  const plain = typeof value === 'string' ? value : JSON.stringify(value);
  // A lone surrogate has no encoding: it is what a careless client makes of it.
  return encodeURIComponent(plain.toWellFormed().slice(0, 4_000));
}

function bodyOf({ operation }: Route): fc.Arbitrary<string | undefined> {
  const [media] = Object.values(operation.requestBody?.content ?? {});
  const schema: JsonSchema = media?.schema ?? {};
  const json = fc.oneof(fromSchema(schema), nearly(schema), nearly(schema), junk);
  return mostly(
    json.map((value) => JSON.stringify(value)),
    text(),
  );
}

function text(): fc.Arbitrary<string | undefined> {
  return fc.oneof(
    fc.constantFrom(
      undefined,
      '',
      '{',
      '{"__proto__":{"a":1}}',
      '{"constructor":{"prototype":{"a":1}}}',
      '['.repeat(8_000),
      `{"reason":"${'x'.repeat(20_000)}"}`,
      '{"reason":"a","reason":"b"}',
      '\u0000',
      'null',
      '1e999',
    ),
    fc.string({ unit: 'binary' }),
  );
}

function authorization(token: string): fc.Arbitrary<Record<string, string>> {
  const good = fc.constant({ authorization: `Bearer ${token}` });
  return mostly(
    good,
    fc.constantFrom(
      {},
      { authorization: '' },
      { authorization: 'Bearer x' },
      { authorization: 'Basic eDp5' },
    ),
  );
}

function contentType(method: string): fc.Arbitrary<Record<string, string>> {
  const usual = fc.constant(method === 'POST' ? { 'content-type': 'application/json' } : {});
  const others = [
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    ';',
    'a/b/c',
  ];
  return mostly(usual, fc.constantFrom(...others.map((type) => ({ 'content-type': type }))));
}

function idempotencyKey(): fc.Arbitrary<Record<string, string>> {
  const key = fc.stringMatching(/^[\x21-\x7E]{8}$/);
  return fc.oneof(
    fc.constant({}),
    key.map((text) => ({ 'idempotency-key': text })),
    fc.constantFrom({ 'idempotency-key': 'x' }, { 'idempotency-key': 'same-key-1' }),
  );
}
