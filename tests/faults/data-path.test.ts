/**
 * Each fault of the practice exchange on the data path against a running data agent: it is seen in
 * a metric or state within five seconds, and afterwards no candle is missing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { evaluations } from '#bus/queues.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { epoch, feeds, instruments } from '#bus/states.ts';
import * as topics from '#bus/topics.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import { evaluationKey } from '#core/model/evaluation.ts';
import { Pair } from '#core/model/pair.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { DATA_FAULT_KINDS } from '#practice/faults/fault.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { runDataAgent } from '../support/data-agent.ts';
import type { RunningDataAgent } from '../support/data-agent.ts';
import { eventually } from '../support/eventually.ts';
import { clearFaults, postFault } from '../support/practice.ts';
import { startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { counted } from '../support/venue.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');

let exchange: PracticeExchange;
let redis: RedisServer;
let bus: RedisBus;
let agent: RunningDataAgent;
const jobs = new Map<string, Evaluation>();
let repeats = 0;

beforeAll(async () => {
  exchange = await startPractice({ clock: systemClock(), log: silentLog(), seed: 7, port: 0 });
  redis = await startRedis();
  bus = await openBus({ socketPath: redis.socketPath, instance: 'worker', clock: systemClock() });
  await bus.set(epoch, 'current', { id: 'first', sinceMs: 0 });
  const take = (job: Evaluation): Promise<void> => {
    if (jobs.has(evaluationKey(job))) repeats += 1;
    jobs.set(evaluationKey(job), job);
    return Promise.resolve();
  };
  await bus.handle(evaluations, take, { concurrency: 4 });
  agent = await runDataAgent({ url: exchange.url, socketPath: redis.socketPath });
});

afterAll(async () => {
  await agent[Symbol.asyncDispose]();
  await bus.close();
  await exchange.close();
  await redis[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await clearFaults(exchange.url);
  await eventually(async () => (await bus.get(feeds, BTC))?.state === 'live', {
    withinMs: 20_000,
    what: 'the feed is live before the next fault',
  });
});

function closes(pair: Pair): number[] {
  return [...jobs.values()]
    .filter((job) => job.pair === pair)
    .map(({ closeMs }) => closeMs)
    .toSorted((a, b) => a - b);
}

function holes(pair: Pair): number {
  const all = closes(pair);
  const first = all[0] ?? 0;
  const last = all.at(-1) ?? 0;
  return (last - first) / 1_000 + 1 - all.length;
}

/** Two more closes after now, and none missing since the start. */
async function untilWhole(): Promise<void> {
  const untilMs = exchange.world.now() + 2_000;
  await eventually(
    () => [BTC, ETH].every((pair) => (closes(pair).at(-1) ?? 0) >= untilMs && holes(pair) === 0),
    { withinMs: 25_000, what: 'every candle of both pairs' },
  );
}

const metric =
  (name: string, labels: Record<string, string> = {}) =>
  () =>
    counted(agent.metrics, name, labels);

/** How each fault shows itself. A metric must rise, or the condition come true. */
const SIGNS: Readonly<Record<string, () => Promise<number>>> = {
  'socket-drop': metric('venue_reconnects_total'),
  'socket-mute': metric('stream_checks_total', { outcome: 'mute' }),
  'socket-refuse': metric('venue_reconnects_total'),
  'rest-refuse': metric('venue_requests_total', { outcome: 'venue-unreachable' }),
  'rest-hang': metric('venue_requests_total', { outcome: 'venue-unreachable' }),
  'rest-5xx': metric('venue_requests_total', { outcome: 'venue-unreachable' }),
  'rest-reset': metric('venue_requests_total', { outcome: 'venue-unreachable' }),
  'rest-garbage': metric('venue_requests_total', { outcome: 'venue-garbled' }),
  'rest-empty': metric('venue_requests_total', { outcome: 'venue-garbled' }),
  'event-duplicate': metric('candles_late_total', { kind: 'duplicate' }),
  'event-missing': metric('venue_book_resyncs_total'),
  'event-reorder': metric('venue_book_resyncs_total'),
  'rate-limit': metric('venue_requests_total', { outcome: 'venue-rate-limited' }),
  'ip-ban': metric('venue_requests_total', { outcome: 'venue-rate-limited' }),
};

/** A REST fault shows only when something is asked: a dropped socket makes the agent ask. */
function needsQuestion(kind: string): boolean {
  return kind.startsWith('rest-') || kind === 'rate-limit' || kind === 'ip-ban';
}

const EXTRA: Readonly<Record<string, object>> = {
  'socket-refuse': { durationMs: 2_000 },
  'rate-limit': { retryAfterS: 2, durationMs: 1_000 },
  'ip-ban': { banMs: 2_000, durationMs: 1_000 },
  'socket-mute': { target: { stream: '*@aggTrade' }, durationMs: 2_500 },
  'clock-offset': { offsetMs: 400 },
};

/** These hold nothing back for good: there is nothing to find, only to live with. */
const HARMLESS = ['socket-delay', 'socket-throttle', 'event-late', 'rest-delay', 'clock-offset'];

describe('the data agent under each fault', () => {
  it.each(DATA_FAULT_KINDS.filter((kind) => kind in SIGNS))(
    'shows %s within five seconds and is whole afterwards',
    async (kind) => {
      const sign = SIGNS[kind] ?? metric('venue_events_total');
      const before = await sign();

      await postFault(exchange.url, { kind, durationMs: 2_000, ...EXTRA[kind] });
      if (needsQuestion(kind) || kind === 'socket-refuse') {
        await postFault(exchange.url, { kind: 'socket-drop' });
      }
      const seenMs = await eventually(async () => (await sign()) > before, {
        withinMs: 5_000,
        what: `the sign of ${kind}`,
      });
      await clearFaults(exchange.url);
      await untilWhole();

      expect(seenMs).toBeLessThan(5_000);
    },
  );

  it.each(HARMLESS)('stays whole under %s', async (kind) => {
    await postFault(exchange.url, { kind, durationMs: 3_000, ...EXTRA[kind] });
    await untilWhole();
    await clearFaults(exchange.url);
    await untilWhole();

    expect(holes(BTC)).toBe(0);
  });

  it('has a test for every fault there is', () => {
    const covered = new Set([...Object.keys(SIGNS), ...HARMLESS, 'filter-change', 'maintenance']);

    expect(DATA_FAULT_KINDS.filter((kind) => !covered.has(kind))).toEqual([]);
  });

  it('finds each kind of mute stream within three seconds', async () => {
    for (const stream of ['*@kline_1s', '*@bookTicker', '*@aggTrade', '*@depth@100ms']) {
      const before = await metric('stream_checks_total', { outcome: 'mute' })();
      await postFault(exchange.url, { kind: 'socket-mute', target: { stream } });

      const foundMs = await eventually(
        async () => (await metric('stream_checks_total', { outcome: 'mute' })()) > before,
        { withinMs: 5_000, what: `${stream} found mute` },
      );

      expect(foundMs, stream).toBeLessThan(3_000);
      await clearFaults(exchange.url);
      await untilWhole();
    }
  });

  it('says a pair is stale when the venue is gone altogether, and live when it is back', async () => {
    await postFault(exchange.url, { kind: 'maintenance', mode: 'closed' });
    await eventually(async () => (await bus.get(feeds, BTC))?.state === 'stale', {
      withinMs: 10_000,
      what: 'the feed is stale',
    });
    await clearFaults(exchange.url);

    await untilWhole();
    expect(holes(ETH)).toBe(0);
  });

  it('says a market has ended while the venue has it in a break', async () => {
    await postFault(exchange.url, { kind: 'maintenance', mode: 'break' });
    await eventually(async () => (await bus.get(feeds, BTC))?.state === 'ended', {
      withinMs: 15_000,
      what: 'the feed has ended',
    });
    expect((await bus.get(instruments, BTC))?.status).toBe('halted');
  });

  it('shares a filter change', async () => {
    const target = { symbol: 'BTCUSDT' };
    await postFault(exchange.url, { kind: 'filter-change', target, minNotional: '33' });

    await eventually(async () => Number((await bus.get(instruments, BTC))?.minNotional) === 33, {
      withinMs: 6_000,
      what: 'the new minimum notional',
    });
  });

  it('gives every trade to the topic although events are lost', async () => {
    const ids: number[] = [];
    await bus.subscribe(topics.trades, (batch) => {
      ids.push(...batch.filter(({ pair }) => pair === BTC).map(({ id }) => id));
    });
    await postFault(exchange.url, {
      kind: 'event-missing',
      probability: 0.3,
      durationMs: 3_000,
      target: { stream: '*@aggTrade' },
    });
    await eventually(() => ids.length > 60, { withinMs: 40_000 });

    expect(ids.every((id, i) => i === 0 || id === (ids[i - 1] ?? 0) + 1)).toBe(true);
  });

  it('never offered a candle twice with other content', () => {
    expect(repeats).toBe(0);
  });
});
