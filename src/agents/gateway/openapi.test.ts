/** The document at /docs/json: complete, true to itself, and its roles are those that are enforced. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { testGateway, type Holder, type TestGateway } from './gateway.fixture.ts';
import {
  parseDocument,
  routesOf,
  validator,
  type Answer,
  type ApiDocument,
  type Route,
} from './openapi.fixture.ts';

let gateway: TestGateway;
let document: ApiDocument;
let routes: readonly Route[];

beforeAll(async () => {
  gateway = await testGateway();
  const { server } = gateway;
  const told = await server.inject({ url: '/docs/json', headers: { host: '127.0.0.1' } });
  document = parseDocument(told.json());
  routes = routesOf(document);
});

describe('the document', () => {
  it('has every route of the server, and no reference into the void', () => {
    const text = JSON.stringify(document);
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];

    expect(routes.length).toBeGreaterThan(28);
    expect(references.length).toBeGreaterThan(100);
    for (const [, kind, name] of references) {
      const found =
        kind === 'schemas' ? document.components.schemas : document.components.responses;
      expect(Object.keys(found), `${kind}/${name}`).toContain(name);
    }
    expect(text.match(/"\$ref"/g)).toHaveLength(references.length);
    expect(text).not.toContain('x-needs');
  });

  it('tells for each route what can go wrong', () => {
    for (const { path, method, operation } of routes) {
      const statuses = Object.keys(operation.responses);
      const isOpen = operation.security.length === 0;

      expect(statuses, path).toEqual(expect.arrayContaining(['200', '400', '421', '429', '503']));
      expect(statuses.includes('401'), path).toBe(!isOpen);
      expect(statuses.includes('403'), path).toBe(operation.description.includes('the role'));
      if (method !== 'post') continue;
      expect(statuses, path).toEqual(expect.arrayContaining(['403', '409', '413', '415', '422']));
    }
  });

  it('has an example for each body and answer, all of them right', async () => {
    const check = await validator(document);
    const media = [
      ...routes.flatMap(({ path, operation }) => [
        ...Object.values(operation.requestBody?.content ?? {}).map((one) => ({ path, one })),
        ...Object.values(operation.responses).flatMap((answer) =>
          'content' in answer ? mediaOf(path, answer) : [],
        ),
      ]),
      ...Object.entries(document.components.responses).flatMap(([name, answer]) =>
        mediaOf(name, answer),
      ),
    ];

    expect(media.length).toBeGreaterThan(45);
    for (const { path, one } of media) {
      expect(one.example, `${path} has an example`).toBeDefined();
      expect(check(one.schema, one.example), path).toBe('');
    }
    // The check itself finds a mistake.
    const [first] = media;
    expect(check(first?.one.schema ?? {}, { status: 'bad', more: 1 })).not.toBe('');
  });

  it('has right examples and defaults for its parameters', async () => {
    const check = await validator(document);
    const parameters = routes.flatMap(({ operation }) => operation.parameters);

    expect(parameters.length).toBeGreaterThan(30);
    for (const { name, schema, example } of parameters) {
      for (const value of [example, schema['default']].filter((it) => it !== undefined)) {
        expect(check(schema, value), name).toBe('');
      }
      if (/limit|Ms$|Seq$/.test(name)) expect(schema['type'], name).toBe('integer');
    }
  });
});

function mediaOf(path: string, answer: z.output<typeof Answer>) {
  return Object.values(answer.content ?? {}).map((one) => ({ path, one }));
}

describe('roles', () => {
  const HOLDERS: readonly (Holder | undefined)[] = [
    undefined,
    'revoked',
    'expired',
    'viewer',
    'trader',
    'admin',
  ];

  /** Whether the guard lets a caller through to the route. */
  async function mayPass(
    { call }: TestGateway,
    { path, method }: Route,
    as: Holder | undefined,
  ): Promise<number> {
    const { status } = await call({
      method: method === 'post' ? 'POST' : 'GET',
      path,
      ...(as === undefined ? {} : { as }),
      ...(method === 'post' ? { body: { nothing: 'known' } } : {}),
    });
    // A strange body or parameter is refused only after the caller was let in.
    return status === 401 || status === 403 ? status : 200;
  }

  function expected(operation: Route['operation'], isClosed: boolean): readonly number[] {
    const { description, security } = operation;
    if (description.includes('role admin.')) return [401, 401, 401, 403, 403, 200];
    if (description.includes('role trader')) return [401, 401, 401, 403, 200, 200];
    if (security.length === 0) return [200, 200, 200, 200, 200, 200];
    return [isClosed ? 401 : 200, 401, 401, 200, 200, 200];
  }

  it.each([
    ['on loopback', {}, false],
    ['open to the network', { host: '0.0.0.0' }, true],
    ['where reads are not open', { open_reads: false }, true],
  ])('are enforced as the document says, for every route: %s', async (_, settings, isClosed) => {
    const one = await testGateway(settings);
    for (const route of routes) {
      const told = await Promise.all(HOLDERS.map((holder) => mayPass(one, route, holder)));

      expect(told, `${route.method} ${route.path}`).toEqual(expected(route.operation, isClosed));
    }
    // No command, and nothing of the strange bodies.
    expect(one.asked.filter(({ kind }) => kind !== 'config-history')).toEqual([]);
  });

  it('leave nothing else open when the API is: pages, files, addresses that are none', async () => {
    const { call } = await testGateway({ host: '0.0.0.0' });

    for (const path of [
      '/docs',
      '/docs/',
      '/docs/json',
      '/docs/static/index.html',
      '/nothing',
      '/',
    ]) {
      expect((await call({ method: 'GET', path })).status, path).toBe(401);
    }
    expect((await call({ method: 'PUT', path: '/api/v1/orders', as: 'admin' })).status).toBe(404);
  });
});

describe('headers', () => {
  it('keep browsers from running, framing and keeping answers, refusals included', async () => {
    const { call } = await testGateway({ host: '0.0.0.0' });
    for (const path of ['/healthz', '/api/v1/orders', '/nothing']) {
      const { headers } = await call({ method: 'GET', path });

      expect(headers, path).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'") as string,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      });
      expect(headers).not.toHaveProperty('set-cookie');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('let the page of /docs run its own scripts and no others', async () => {
    const { call } = await testGateway();

    const { headers } = await call({ method: 'GET', path: '/docs/static/index.html' });
    const policy = String(headers['content-security-policy']);

    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https:|swagger\.io|upgrade-insecure/);
  });

  it('let pages of the chosen origins use it, and ask beforehand', async () => {
    const { call } = await testGateway({ cors_origins: ['https://desk.example'] });
    const asked = { origin: 'https://desk.example', 'access-control-request-method': 'POST' };
    const path = '/api/v1/control/pause';

    const preflight = await call({ method: 'OPTIONS', path, headers: asked });
    const stranger = await call({
      method: 'OPTIONS',
      path,
      headers: { ...asked, origin: 'https://evil.example' },
    });
    const acted = await call({ path, as: 'trader', headers: { origin: asked.origin } });

    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': 'https://desk.example',
      'access-control-allow-headers': 'authorization, content-type, idempotency-key',
      vary: 'origin',
    });
    expect(stranger.status).toBe(404);
    expect(stranger.headers).not.toHaveProperty('access-control-allow-origin');
    expect(acted.headers['access-control-allow-origin']).toBe('https://desk.example');
    expect(acted.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('say when to ask again', async () => {
    const { call } = await testGateway({ rate_limits: { reads_per_second: 1 } });
    const ask = () => call({ method: 'GET', path: '/api/v1/whoami' });

    await ask();
    const refused = await ask();

    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
  });
});
