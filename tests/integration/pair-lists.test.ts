/** Lists of pairs and coins from outside, by the real HTTP client from a server that misbehaves. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openOutsideLists } from '#agents/pair-selector/outside-lists.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { epoch, universe } from '#bus/states.ts';
import { ChainLink, type LinkOf } from '#core/pairs/config.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { openHttpClient } from '#platform/http/open-http-client.ts';
import { FromChild } from '#platform/lifecycle/contract.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import type { AgentProcess } from '../support/agent-process.ts';
import { temporaryFolder } from '../support/data-agent.ts';
import { eventually } from '../support/eventually.ts';
import { pairOf, startSelector } from '../support/pairs/selector-process.ts';
import { startRedis } from '../support/redis-server.ts';
import { startRecordedWeb, type RecordedWeb } from '../support/web/recorded-web.ts';

const LIST = '{"pairs":["SOL/USDT","BTC/USDT"]}';
const PAIRS = [pairOf('SOL'), pairOf('BTC')];
const MINUTE_MS = 60_000;
const keys = generateKeyPairSync('ed25519');
const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let web: RecordedWeb;
beforeAll(async () => {
  web = await startRecordedWeb();
});
beforeEach(() => void (web.seen.length = 0));
afterAll(() => web[Symbol.asyncDispose]());

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function signatureOf(text: string): string {
  return sign(null, Buffer.from(text), keys.privateKey).toString('base64');
}

function remote(parts: object): LinkOf<'remote'> {
  const base = { name: 'remote', url: `${web.origin}/list.json`, allow_private: true };
  return ChainLink.parse({ ...base, refresh_minutes: 1, ...parts }) as LinkOf<'remote'>;
}

/** Lists whose refresh the test brings about, and what was warned of. */
function outside(link: LinkOf<'remote'> | LinkOf<'market-cap'>) {
  const clock = systemClock();
  const world = { aheadMs: 0, warnings: [] as string[] };
  const client = openHttpClient({
    clock,
    random: seededRandom(1),
    log: silentLog(),
    metrics: createMetrics({ agent: 'test', instance: 'test' }),
  });
  onTestFinished(() => client.close());
  const lists = openOutsideLists([link], {
    clock: {
      now: () => clock.now() + world.aheadMs,
      monotonic: () => clock.monotonic() + world.aheadMs,
    },
    signal: new AbortController().signal,
    log: { warn: (...said: readonly unknown[]) => void world.warnings.push(String(said[1])) },
    // A server that is down is asked for a second, not for half a minute; and as often as it takes.
    openSource: (options) => client.source({ ...options, timeoutMs: 300, ratePerMinute: 600 }),
  });
  return { world, lists };
}

describe('a remote list', () => {
  it('with its checksum is taken, with another it is refused, also after a good one', async () => {
    const link = remote({ sha256: sumOf(LIST) });
    const { world, lists } = outside(link);
    web.serve('/list.json', { kind: 'answer', body: LIST });
    expect(await lists.remote(link)).toEqual(PAIRS);

    web.serve('/list.json', { kind: 'answer', body: LIST.replace('SOL', 'XRP') });
    expect(await lists.remote(link), 'not asked before its refresh').toEqual(PAIRS);
    world.aheadMs += MINUTE_MS;
    await expect(lists.remote(link)).rejects.toThrow('another checksum');
    expect(world.warnings).toEqual([]);
  });

  it('is taken with the signature of its key beside it, and refused with that of another text', async () => {
    const link = remote({ public_key: publicKey });
    const { world, lists } = outside(link);
    web.serve('/list.json', { kind: 'answer', body: LIST });
    web.serve('/list.json.sig', { kind: 'answer', body: `${signatureOf(LIST)}\n` });
    expect(await lists.remote(link)).toEqual(PAIRS);

    web.serve('/list.json', { kind: 'answer', body: LIST.replace('SOL', 'XRP') });
    world.aheadMs += MINUTE_MS;
    await expect(lists.remote(link)).rejects.toThrow('not signed by its key');
    web.serve('/list.json.sig', { kind: 'answer', status: 404 });
    await expect(lists.remote(link)).rejects.toThrow();
    expect(world.warnings).toEqual([]);
  });

  it('that has not changed is not sent again', async () => {
    const link = remote({ sha256: sumOf(LIST) });
    const { world, lists } = outside(link);
    web.serve('/list.json', { kind: 'marked', body: LIST, etag: '"v1"' });
    await lists.remote(link);
    world.aheadMs += MINUTE_MS;

    expect(await lists.remote(link)).toEqual(PAIRS);
    expect(web.seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"']);
  });

  it('larger than a megabyte is refused, packed or not', async () => {
    const link = remote({ sha256: sumOf(LIST) });
    const { lists } = outside(link);
    for (const served of [
      { kind: 'bomb', bytes: 2_000_000 },
      { kind: 'answer', body: ' '.repeat(1_100_000) },
      { kind: 'endless' },
    ] as const) {
      web.serve('/list.json', served);
      await expect(lists.remote(link), served.kind).rejects.toThrow('larger than allowed');
    }
  });

  it('on this machine is not asked for unless that is allowed', async () => {
    const link = remote({ sha256: sumOf(LIST), allow_private: false });
    const { lists } = outside(link);
    web.serve('/list.json', { kind: 'answer', body: LIST });

    await expect(lists.remote(link)).rejects.toThrow();
    expect(web.seen).toEqual([]);
  });

  it('whose server is down goes on with a warning, until it is over', async () => {
    const link = remote({ public_key: publicKey });
    const { world, lists } = outside(link);
    const text = JSON.stringify({
      pairs: PAIRS,
      valid_until_ms: systemClock().now() + 30 * MINUTE_MS,
    });
    web.serve('/list.json', { kind: 'answer', body: text });
    web.serve('/list.json.sig', { kind: 'answer', body: signatureOf(text) });
    await lists.remote(link);

    web.serve('/list.json', { kind: 'reset' });
    world.aheadMs += 20 * MINUTE_MS;
    expect(await lists.remote(link)).toEqual(PAIRS);
    expect(world.warnings).toEqual(['list from outside does not come, the last one stays']);
    world.aheadMs += 20 * MINUTE_MS;
    await expect(lists.remote(link)).rejects.toThrow();
  });
});

describe('coins by market capitalisation', () => {
  const caps = (...symbols: readonly string[]): string =>
    JSON.stringify(symbols.map((symbol, i) => ({ symbol, market_cap: 100 - i })));

  it('come from their source, and go on for a day when it is down', async () => {
    const link = ChainLink.parse({
      name: 'market-cap',
      url: `${web.origin}/markets`,
      to_rank: 2,
      refresh_minutes: 1,
      allow_private: true,
    }) as LinkOf<'market-cap'>;
    const { world, lists } = outside(link);
    web.serve('/markets', { kind: 'answer', body: caps('btc', 'eth') });
    expect(await lists.capitalisation(link)).toEqual(['BTC', 'ETH']);
    expect(web.seen[0]?.path).toMatch(/^\/markets\?.*order=market_cap_desc.*page=1/);

    world.aheadMs += MINUTE_MS;
    web.serve('/markets', { kind: 'answer', status: 503 });
    expect(await lists.capitalisation(link)).toEqual(['BTC', 'ETH']);
    expect(world.warnings).toHaveLength(1);
    world.aheadMs += 24 * 60 * MINUTE_MS;
    await expect(lists.capitalisation(link)).rejects.toThrow();
  });

  it('are not asked for on this machine unless that is allowed', async () => {
    const link = ChainLink.parse({ name: 'market-cap', url: `${web.origin}/markets` });
    const { lists } = outside(link as LinkOf<'market-cap'>);
    web.serve('/markets', { kind: 'answer', body: caps('btc') });

    await expect(lists.capitalisation(link as LinkOf<'market-cap'>)).rejects.toThrow();
    expect(web.seen).toEqual([]);
  });
});

/** What the agent says of its universe in its beats. */
function universeCheck({ child }: AgentProcess): () => string {
  let last = '';
  child.on('message', (raw) => {
    const message = FromChild.parse(raw);
    if (message.kind !== 'heartbeat') return;
    last = JSON.stringify(message.checks.find(({ name }) => name === 'universe'));
  });
  return () => last;
}

it('the agent follows the list, and starts with its last universe when the list is another', async () => {
  using folder = temporaryFolder();
  await using redis = await startRedis();
  const { socketPath } = redis;
  const bus = await openBus({ socketPath, instance: 'test', clock: systemClock() });
  onTestFinished(() => bus.close());
  await bus.set(epoch, 'current', { id: 'first', sinceMs: 0 });
  const setting = {
    url: '',
    socketPath,
    dataDir: folder.path,
    pairs: [],
    selector: { chain: [remote({ sha256: sumOf(LIST) })] },
  };
  const followed = async (): Promise<unknown> =>
    (await bus.get(universe, 'current'))?.pairs.map(({ pair }) => pair);
  web.serve('/list.json', { kind: 'answer', body: LIST });
  const first = await startSelector(setting);
  await eventually(async () => JSON.stringify(await followed()) === JSON.stringify(PAIRS), {
    withinMs: 5_000,
  });
  await first.kill();
  await redis.command('FLUSHALL');
  await bus.set(epoch, 'current', { id: 'second', sinceMs: 1 });

  web.serve('/list.json', { kind: 'answer', body: LIST.replace('SOL', 'XRP') });
  await using again = await startSelector(setting);
  const check = universeCheck(again);
  await eventually(() => check().includes('another checksum'), {
    withinMs: 5_000,
    what: 'the check says what is wrong with the list',
  });

  expect(await followed()).toEqual(PAIRS);
}, 20_000);
