/** The HTTP client of outside sources against real servers that misbehave, and a real Redis. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '#platform/clock/system-clock.ts';
import type { HttpLimits } from '#platform/http/http-limits.ts';
import type { HttpSource, SourceOptions } from '#platform/http/http-source.ts';
import { type HttpClient, openHttpClient } from '#platform/http/open-http-client.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics, type Metrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { startRedis, type RedisServer } from '../support/redis-server.ts';
import { counted } from '../support/venue.ts';
import { type RecordedWeb, startRecordedWeb } from '../support/web/recorded-web.ts';

const Shape = z.looseObject({ n: z.number() });
const SECRET = 'hunter2-key';
const Asked = { schema: Shape, query: { auth_token: SECRET } };

let web: RecordedWeb;
let other: RecordedWeb;
let redis: RedisServer;
const open: HttpClient[] = [];

beforeAll(async () => {
  [web, other, redis] = await Promise.all([startRecordedWeb(), startRecordedWeb(), startRedis()]);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
  web.seen.length = 0;
  other.seen.length = 0;
});
afterAll(async () => {
  await Promise.all([web, other, redis].map((server) => server[Symbol.asyncDispose]()));
});

interface Opened {
  readonly client: HttpClient;
  readonly metrics: Metrics;
  readonly source: (given?: Partial<SourceOptions>) => HttpSource;
}

function opened(options: { withRedis?: string; limits?: Partial<HttpLimits> } = {}): Opened {
  const { withRedis: instance, limits } = options;
  const metrics = createMetrics({ agent: 'test', instance: 'test' });
  const client = openHttpClient({
    clock: systemClock(),
    random: seededRandom(1),
    log: silentLog(),
    metrics,
    ...(limits === undefined ? {} : { limits }),
    ...(instance === undefined
      ? {}
      : { redis: { address: { socketPath: redis.socketPath }, instance } }),
  });
  open.push(client);
  return {
    client,
    metrics,
    source: (given = {}) =>
      client.source({
        name: 'feed',
        origins: [web.origin],
        ratePerMinute: 6_000,
        timeoutMs: 1_000,
        withinMs: 5_000,
        maxBytes: 10_000,
        allowPrivate: true,
        headers: { authorization: `Bearer ${SECRET}` },
        ...given,
      }),
  };
}

/** The error, after a look that it gives no key away. */
async function failure(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { message, stack, details } = error as Error & { details?: unknown };
  expect(JSON.stringify([message, stack, details])).not.toContain(SECRET);
  return error;
}

describe('answers', () => {
  it('are parsed, unpacked and counted', async () => {
    web.serve('/n', { kind: 'answer', body: '{"n":1}', gzip: true });
    const { source, metrics } = opened();

    const answer = await source().getJson('/n', Asked);

    expect(answer).toMatchObject({ value: { n: 1 }, isNotModified: false });
    expect(web.seen).toMatchObject([
      { path: `/n?auth_token=${SECRET}`, headers: { authorization: `Bearer ${SECRET}` } },
    ]);
    expect(await counted(metrics, 'source_requests_total', { outcome: 'ok' })).toBe(1);
    expect(await counted(metrics, 'source_received_bytes_total')).toBeGreaterThan(7);
  });

  it.each([{ etag: '"v1"' }, { lastModified: 'Mon, 05 Jan 2026 12:00:00 GMT' }])(
    'come from before when nothing changed, by %j',
    async (mark) => {
      web.serve('/n', { kind: 'marked', body: '{"n":2}', ...mark });
      const { source, metrics } = opened();
      const feed = source();

      const first = await feed.getJson('/n', Asked);
      const second = await feed.getJson('/n', Asked);
      const whole = await feed.getJson('/n', { ...Asked, etag: false });

      expect([first, second, whole]).toMatchObject([
        { value: { n: 2 }, isNotModified: false },
        { value: { n: 2 }, isNotModified: true },
        { value: { n: 2 }, isNotModified: false },
      ]);
      expect(await counted(metrics, 'source_requests_total', { outcome: 'not-modified' })).toBe(1);
      expect(await counted(metrics, 'source_store_bytes')).toBeGreaterThan(0);
    },
  );

  it('are asked for with the query of their address as it is', async () => {
    web.serve('/rss', { kind: 'answer', body: 'x' });

    await opened()
      .source({ withinMs: 1 })
      .getText('/rss?tag=a&tag=b?', { query: { page: 2 } });

    expect(web.seen.at(-1)?.path).toBe('/rss?tag=a&tag=b%3F&page=2');
  });

  it('are texts of the types that were asked for', async () => {
    web.serve('/rss', { kind: 'answer', body: '<a>é</a>', type: 'application/rss+xml' });
    const feed = opened().source({ withinMs: 1 });

    const { value } = await feed.getText('/rss', { types: ['application/rss+xml'] });

    expect(value).toBe('<a>é</a>');
    expect(await failure(feed.getText('/rss', { types: ['text/plain'] }))).toMatchObject({
      code: 'source-garbled',
      details: { issue: 'wrong type' },
    });
  });

  it('to a form or a question of JSON are read alike', async () => {
    web.serve('/token', { kind: 'answer', body: '{"n":3}' });
    const feed = opened().source();

    await feed.postJson('/token', { schema: Shape, form: { grant_type: 'client_credentials' } });
    await feed.postJson('/token', { schema: Shape, json: { query: '{ n }' }, isRead: true });

    expect(web.seen).toMatchObject([
      { method: 'POST', body: 'grant_type=client_credentials' },
      { method: 'POST', body: '{"query":"{ n }"}' },
    ]);
  });
});

describe('a source that fails', () => {
  it('is asked again, at its next address too', async () => {
    web.serve('/n', { kind: 'reset' });
    other.serve('/n', { kind: 'answer', body: '{"n":4}' });
    const feed = opened().source({ origins: [web.origin, other.origin] });

    expect((await feed.getJson('/n', Asked)).value).toEqual({ n: 4 });
    expect([web.seen.length, other.seen.length]).toEqual([1, 1]);
  });

  it('is sent what changes something once only', async () => {
    web.serve('/token', { kind: 'answer', status: 500 });

    expect(await failure(opened().source().postJson('/token', { schema: Shape }))).toMatchObject({
      name: 'TransientError',
      code: 'source-unreachable',
    });
    expect(web.seen).toHaveLength(1);
  });

  it.each([
    ['says nothing', { kind: 'mute' }, 'source-timeout'],
    ['drips', { kind: 'drip' }, 'source-timeout'],
    ['stops in the middle', { kind: 'cut' }, 'source-unreachable'],
    ['sends without end', { kind: 'endless' }, 'source-too-large'],
    ['sends a bomb', { kind: 'bomb', bytes: 8_000_000 }, 'source-too-large'],
    ['sends a page', { kind: 'answer', body: '<p>', type: 'text/html' }, 'source-garbled'],
    ['sends half of a JSON', { kind: 'answer', body: '{"n":' }, 'source-garbled'],
    ['sends another shape', { kind: 'answer', body: '{"n":"hunter2-key"}' }, 'source-garbled'],
    [
      'packs in an unknown way',
      { kind: 'answer', body: 'x', headers: { 'content-encoding': 'lzma' } },
      'source-garbled',
    ],
    [
      'sends a damaged body',
      { kind: 'answer', body: 'x', headers: { 'content-encoding': 'gzip' } },
      'source-garbled',
    ],
    ['knows no such page', { kind: 'answer', status: 404 }, 'source-refused'],
    ['refuses the keys', { kind: 'answer', status: 401 }, 'source-auth'],
  ] as const)('gives an error of its kind when it %s', async (_what, served, code) => {
    web.serve('/n', served);
    const { source, metrics } = opened();
    const feed = source({ timeoutMs: 200, withinMs: 1 });

    expect(await failure(feed.getJson('/n', Asked))).toMatchObject({ code });
    expect(web.seen).toHaveLength(1);
    expect(await counted(metrics, 'source_requests_total', { outcome: code })).toBe(1);
  });

  it('rests after five failures in a row', async () => {
    web.serve('/n', { kind: 'reset' });
    const { source, metrics } = opened();
    const feed = source({ withinMs: 1 });
    for (let i = 0; i < 5; i += 1) await failure(feed.getJson('/n', Asked));

    expect(await failure(feed.getJson('/n', Asked))).toMatchObject({ code: 'source-resting' });
    expect(web.seen).toHaveLength(5);
    expect(feed.blockedMs()).toBeGreaterThan(20_000);
    expect(await counted(metrics, 'source_resting')).toBe(1);
  });

  it('keeps no more callers than there is room for', async () => {
    web.serve('/n', { kind: 'mute' });
    const { source } = opened({ limits: { concurrentPerSourceMax: 1, waitingPerSourceMax: 1 } });
    const feed = source({ timeoutMs: 200, withinMs: 1 });

    const codes = await Promise.all([1, 2, 3].map(async () => failure(feed.getJson('/n', Asked))));

    expect(codes).toMatchObject([
      { code: 'source-timeout' },
      { code: 'source-timeout' },
      { code: 'source-busy' },
    ]);
  });

  it('is not asked any more once the client is closed', async () => {
    web.serve('/n', { kind: 'answer', body: '{"n":9}' });
    const { client, source, metrics } = opened();
    const feed = source({ withinMs: 1 });
    await feed.getJson('/n', Asked);
    await client.close();

    expect(await failure(feed.getJson('/n', Asked))).toMatchObject({ code: 'source-busy' });
    expect(web.seen).toHaveLength(1);
    expect(await counted(metrics, 'source_origins')).toBe(0);
  });

  it('ends at once for a caller who no longer wants it', async () => {
    web.serve('/n', { kind: 'mute' });
    const stop = new AbortController();
    const asked = opened()
      .source()
      .getJson('/n', { ...Asked, signal: stop.signal });
    await expect.poll(() => web.seen.length).toBe(1);

    stop.abort(new Error('draining'));

    await expect(asked).rejects.toThrow('draining');
  });
});

describe('redirects', () => {
  it('are followed with the keys on the source itself', async () => {
    web.serve('/old', { kind: 'redirect', to: '/new' });
    web.serve('/new', { kind: 'answer', body: '{"n":5}' });

    expect((await opened().source().getJson('/old', Asked)).value).toEqual({ n: 5 });
    expect(web.seen.map(({ headers }) => headers['authorization'])).toEqual([
      `Bearer ${SECRET}`,
      `Bearer ${SECRET}`,
    ]);
  });

  it.each([
    ['in a circle', () => '/old'],
    // Its own network is allowed to the source itself, and to nobody it points at.
    ['to another service of this machine', () => `${other.origin}/n`],
    ['to a file', () => 'file:///etc/passwd'],
    ['with a password', () => web.origin.replace('//', '//user:word@')],
  ])('%s end in an error', async (_what, to) => {
    web.serve('/old', { kind: 'redirect', to: to() });

    expect(await failure(opened().source().getJson('/old', Asked))).toMatchObject({
      name: 'PermanentError',
      code: 'source-forbidden',
    });
    expect(other.seen).toEqual([]);
    expect(web.seen.length).toBeLessThanOrEqual(4);
  });
});

describe('addresses of this machine', () => {
  it.each([
    ['by number', () => web.origin],
    ['by name', () => web.origin.replace('127.0.0.1', 'localhost')],
    ['in the form of IPv6', () => web.origin.replace('127.0.0.1', '[::ffff:127.0.0.1]')],
    ['in decimal', () => web.origin.replace('127.0.0.1', '2130706433')],
  ])('are not fetched from unless allowed: %s', async (_what, origin) => {
    web.serve('/n', { kind: 'answer', body: '{"n":6}' });
    const feed = opened().source({ origins: [origin()], allowPrivate: false });

    expect(await failure(feed.getJson('/n', Asked))).toMatchObject({ code: 'source-forbidden' });
    expect(web.seen).toEqual([]);
  });

  it('are no place for names and passwords', () => {
    expect(() => opened().source({ origins: ['https://user:word@feeds.example'] })).toThrow(
      'has no password',
    );
  });
});

describe('limits', () => {
  it('that a source sets are kept by all processes', async () => {
    web.serve('/n', { kind: 'answer', status: 429, headers: { 'retry-after': '30' } });
    const one = opened({ withRedis: 'a' }).source({ withinMs: 1_000 });
    const two = opened({ withRedis: 'b' }).source({ withinMs: 1_000 });

    const errors = [
      await failure(one.getJson('/n', Asked)),
      await failure(two.getJson('/n', Asked)),
      await failure(one.getJson('/n', Asked)),
    ];

    expect(errors).toMatchObject(
      errors.map(() => ({ code: 'source-rate-limited', details: { source: 'feed' } })),
    );
    expect(web.seen).toHaveLength(1);
    expect(two.blockedMs()).toBeGreaterThan(28_000);
    await redis.command('FLUSHALL');
  });

  it('of the rate are shared exactly by all processes', async () => {
    web.serve('/n', { kind: 'answer', body: '{"n":7}' });
    // Three at once, then one in two seconds.
    const given = { ratePerMinute: 30, withinMs: 100 };
    const feeds = ['a', 'b', 'c'].map((name) => opened({ withRedis: name }).source(given));

    const all = await Promise.allSettled(
      feeds.flatMap((feed) => [1, 2, 3].map(() => feed.getJson('/n', Asked))),
    );

    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(all.filter(({ status }) => status === 'rejected')[0]).toMatchObject({
      reason: { code: 'source-busy' },
    });
    expect(web.seen).toHaveLength(3);
    await redis.command('FLUSHALL');
  });

  it('are kept to by a part while Redis is away', async () => {
    web.serve('/n', { kind: 'answer', body: '{"n":8}' });
    const feed = opened({ withRedis: 'a' }).source({ ratePerMinute: 40, withinMs: 100 });
    await redis.kill();

    const all = await Promise.allSettled([1, 2, 3, 4].map(() => feed.getJson('/n', Asked)));
    await redis.start();

    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });
});
