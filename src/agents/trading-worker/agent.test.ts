import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Envelope } from '#bus/bus.ts';
import type { QueueContract, StateContract } from '#bus/contract.ts';
import { intents, records } from '#bus/queues.ts';
import { lastActions, positions, sentiment as moods } from '#bus/states.ts';
import type { CandleSeries } from '#cache/candle-series.ts';
import { defineAnalyst, seat } from '#core/committee/analyst.ts';
import { CommitteeConfig } from '#core/committee/config.ts';
import type { Candle } from '#core/model/candle.ts';
import { Decision } from '#core/model/decision.ts';
import { type Evaluation, evaluationKey } from '#core/model/evaluation.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { Pair } from '#core/model/pair.ts';
import { Position } from '#core/model/position.ts';
import type { PairStanding } from '#core/model/universe.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { NO_TRACING } from '#platform/tracing/tracing.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { type WorkerPorts, tradingWorker } from './agent.ts';
import { TradingWorkerConfig } from './config.ts';
import { workerMetrics } from './metrics.ts';

const PAIR = Pair.parse('BTC/USDT');
const CLOSE_MS = 1_700_000_040_000;
const ENVELOPE: Envelope = { traceId: 't', sender: 'data', sentMs: CLOSE_MS, isExpired: false };

function candles(lastOpenMs: number, count = 80): Candle[] {
  return Array.from({ length: count }, (_, index) => {
    const close = 100 + 0.1 * index;
    const openMs = lastOpenMs - (count - 1 - index) * 60_000;
    return { openMs, open: close - 0.1, high: close + 0.1, low: close - 0.2, close, volume: 5 };
  });
}

/** An analyst whose word is in the config, so that a test can say what the committee thinks. */
const oracle = defineAnalyst({
  name: 'oracle',
  leaning: 'neutral',
  params: z.strictObject({ stance: z.number() }),
  warmUp: () => 10,
  analyse: ({ candles: seen, sentiment: heard }, { stance }) => ({
    stance,
    confidence: 0.95,
    evidence: [
      {
        text: `${seen.length} candles`,
        values: { last: seen.at(-1)?.openMs ?? 0, moodAgeMs: heard?.coin?.ageMs ?? -1 },
      },
    ],
  }),
});

/** Ports that keep everything in memory, in the order it was sent. */
function world(stance: number, pairStanding?: PairStanding) {
  const clock = fakeClock(CLOSE_MS + 100);
  const series = new Map<string, Candle[]>();
  const state = new Map<string, unknown>();
  const sent: { to: string; payload: unknown }[] = [];
  const key = (contract: StateContract<never>, field: string): string =>
    `${contract.name}/${field}`;
  const fail = { on: '' };
  const give = (to: string, payload: unknown): Promise<void> => {
    if (fail.on === to) return Promise.reject(new Error('killed here'));
    sent.push({ to, payload });
    return Promise.resolve();
  };
  const ports: WorkerPorts = {
    bus: {
      send: <T>(queue: QueueContract<T>, payload: T) => give(queue.name, payload),
      get: <T>(contract: StateContract<T>, field: string) =>
        Promise.resolve(state.get(key(contract as never, field)) as T | undefined),
      set: async <T>(contract: StateContract<T>, field: string, value: T) => {
        await give(contract.name, value);
        state.set(key(contract as never, field), value);
      },
    },
    cache: {
      get: (pair: Pair, timeframe: Timeframe): Promise<CandleSeries | undefined> => {
        const found = series.get(timeframe);
        return Promise.resolve(found && { pair, timeframe, candles: found });
      },
      grow: () => undefined,
    },
    clock,
    log: silentLog(),
    metrics: workerMetrics(createMetrics({ agent: 'trading-worker', instance: 'w1' })),
    signal: new AbortController().signal,
    committee: {
      seats: [seat(oracle, { weight: 1, params: { stance } })],
      config: CommitteeConfig.parse({}),
    },
    config: TradingWorkerConfig.parse({}),
    desk: 'desk',
    standing: () => pairStanding,
    instance: 'w1',
    tracing: NO_TRACING,
    onEvaluated: () => undefined,
  };
  series.set('1m', candles(CLOSE_MS - 60_000));
  const of = (name: string) => sent.filter(({ to }) => to === name).map(({ payload }) => payload);
  return {
    clock,
    series,
    sent,
    fail,
    hold: () =>
      state.set(
        key(positions as never, PAIR),
        Position.parse({
          account: 'shadow',
          pair: PAIR,
          qty: '1',
          averagePrice: '100',
          costQuote: '100',
          realisedQuote: '0',
          feesQuote: '0',
          openedMs: CLOSE_MS - 600_000,
          updatedMs: CLOSE_MS - 600_000,
        }),
      ),
    hear: (atMs: number) =>
      state.set(key(moods as never, 'BTC'), {
        coin: 'BTC',
        score: 0.9,
        confidence: 0.9,
        mentions: 50,
        atMs,
        sources: [],
      }),
    evaluate: tradingWorker(ports),
    intents: () => of(intents.name).map((payload) => TradeIntent.parse(payload)),
    records: () => of(records.name).map((payload) => Decision.parse(payload)),
  };
}

function evaluation(changes: Partial<Evaluation> = {}): Evaluation {
  const candle = candles(CLOSE_MS - 60_000).at(-1);
  if (candle === undefined) throw new Error('no candle');
  return {
    pair: PAIR,
    timeframe: '1m',
    closeMs: CLOSE_MS,
    candle,
    origin: 'live',
    isEmpty: false,
    receivedMs: CLOSE_MS + 20,
    ...changes,
  };
}

describe('a trading-worker', () => {
  test('sends the last action, the intent and then the record of a buy', async () => {
    const w = world(0.9);

    await w.evaluate(evaluation(), ENVELOPE);

    expect(w.sent.map(({ to }) => to)).toEqual([lastActions.name, intents.name, records.name]);
    const [intent] = w.intents();
    const [decision] = w.records();
    expect(intent).toMatchObject({
      action: 'enter',
      pair: PAIR,
      candleCloseMs: CLOSE_MS,
      expiresAtMs: CLOSE_MS + 100 + 15_000,
      receivedMs: CLOSE_MS + 20,
    });
    expect(decision).toMatchObject({ action: 'buy', noEntry: [], intentId: intent?.id });
    expect(decision?.evaluationId).toBe(evaluationKey(evaluation()));
    expect(decision?.stopDistanceFraction).toBeGreaterThan(0);
  });

  test('records a hold and sends nothing else', async () => {
    const w = world(0);

    await w.evaluate(evaluation(), ENVELOPE);

    expect(w.sent.map(({ to }) => to)).toEqual([records.name]);
    expect(w.records()[0]).toMatchObject({ action: 'hold' });
  });

  test('exits what the desk holds and enters nothing that it holds', async () => {
    const seller = world(-0.9);
    const buyer = world(0.9);
    seller.hold();
    buyer.hold();

    await seller.evaluate(evaluation(), ENVELOPE);
    await buyer.evaluate(evaluation(), ENVELOPE);

    expect(seller.intents()[0]?.action).toBe('exit');
    expect(buyer.intents()).toEqual([]);
    expect(buyer.records()[0]).toMatchObject({ action: 'buy', noEntry: ['position-open'] });
    expect(buyer.records()[0]?.rationale).toContain('holds the pair already');
  });

  test('exits a pair that is exit-only and does not enter it', async () => {
    const seller = world(-0.9, 'exit-only');
    const buyer = world(0.9, 'exit-only');
    seller.hold();

    await seller.evaluate(evaluation(), ENVELOPE);
    await buyer.evaluate(evaluation(), ENVELOPE);

    expect(seller.intents()[0]?.action).toBe('exit');
    expect(buyer.intents()).toEqual([]);
    expect(buyer.records()[0]).toMatchObject({ action: 'buy', noEntry: ['exit-only'] });
  });

  test('does not sell what the desk does not hold', async () => {
    const w = world(-0.9);

    await w.evaluate(evaluation(), ENVELOPE);

    expect(w.intents()).toEqual([]);
    expect(w.records()[0]?.action).toBe('sell');
  });

  test.each([
    ['late', {}, 30_200],
    ['backfilled', { origin: 'backfill' as const }, 0],
    ['no-trades', { isEmpty: true }, 0],
  ])('records no entry on a close that is %s', async (reason, changes, waitMs) => {
    const w = world(0.9);
    await w.clock.advance(waitMs);

    await w.evaluate(evaluation(changes), ENVELOPE);

    expect(w.intents()).toEqual([]);
    expect(w.records()[0]?.noEntry).toEqual([reason]);
  });

  test('takes a job that waited too long as late, whatever the clocks say', async () => {
    const w = world(0.9);

    await w.evaluate(evaluation(), { ...ENVELOPE, isExpired: true });

    expect(w.records()[0]?.noEntry).toEqual(['late']);
  });

  test("judges the age of a close by the venue's clock", async () => {
    const w = world(0.9);
    await w.clock.advance(60_000);

    await w.evaluate(evaluation({ venueOffsetMs: -60_000 }), ENVELOPE);

    expect(w.records()[0]?.noEntry).toEqual([]);
  });

  test('waits shortly for candles that are not there yet', async () => {
    const w = world(0.9);
    w.series.set('1m', candles(CLOSE_MS - 120_000));

    const evaluating = w.evaluate(evaluation(), ENVELOPE);
    await w.clock.advance(200);
    w.series.set('1m', candles(CLOSE_MS - 60_000));
    await w.clock.advance(200);
    await evaluating;

    expect(w.records()[0]).toMatchObject({ action: 'buy', noEntry: [] });
  });

  test('refuses to decide on candles that do not reach the close', async () => {
    const w = world(0.9);
    w.series.set('1m', candles(CLOSE_MS - 120_000));

    const evaluating = w.evaluate(evaluation(), ENVELOPE);
    await w.clock.advance(2_000);
    await evaluating;

    expect(w.records()[0]).toMatchObject({ action: 'hold', noEntry: ['stale-candles'] });
  });

  test('sees no candle from after the close', async () => {
    const early = world(0.9);
    const late = world(0.9);
    late.series.set('1m', [...candles(CLOSE_MS - 60_000), ...candles(CLOSE_MS + 120_000, 3)]);

    await early.evaluate(evaluation(), ENVELOPE);
    await late.evaluate(evaluation(), ENVELOPE);

    expect(late.records()[0]?.reports).toEqual(early.records()[0]?.reports);
    expect(late.intents()).toEqual(early.intents());
  });

  test.each([
    ['old', CLOSE_MS - 7_200_000, 7_200_100],
    ['of the future, which is as wrong', CLOSE_MS + 7_200_000, 7_199_900],
  ])('tells the analysts how far off a mood is that is %s', async (_, atMs, expected) => {
    const w = world(0.9);
    w.hear(atMs);

    await w.evaluate(evaluation(), ENVELOPE);

    expect(w.records()[0]?.reports[0]?.evidence[0]?.values['moodAgeMs']).toBe(expected);
  });

  test('cools down after an action', async () => {
    const w = world(0.9);
    await w.evaluate(evaluation(), ENVELOPE);
    const next = CLOSE_MS + 60_000;
    w.series.set('1m', candles(CLOSE_MS));
    await w.clock.advance(60_000);

    await w.evaluate(evaluation({ closeMs: next }), ENVELOPE);

    expect(w.records().map(({ noEntry }) => noEntry)).toEqual([[], ['cooldown']]);
    expect(w.intents()).toHaveLength(1);
  });
});

describe('a worker killed on its way', () => {
  test.each([lastActions.name, intents.name, records.name])(
    'repeats the same intent and record when it died at %s',
    async (step) => {
      const w = world(0.9);
      w.fail.on = step;
      await expect(w.evaluate(evaluation(), ENVELOPE)).rejects.toThrow('killed here');
      w.fail.on = '';
      // Meanwhile the entry was filled and the close has become late.
      if (step !== lastActions.name) {
        w.hold();
        await w.clock.advance(120_000);
      }

      await w.evaluate(evaluation(), ENVELOPE);

      const ids = new Set(w.intents().map(({ id }) => id));
      expect(ids.size).toBe(1);
      expect(w.records()).toHaveLength(1);
      expect(w.records()[0]?.intentId).toBe([...ids][0]);
    },
  );

  test('repeats an entry that is late by now as one that has expired', async () => {
    const w = world(0.9);
    w.fail.on = intents.name;
    await expect(w.evaluate(evaluation(), ENVELOPE)).rejects.toThrow('killed here');
    w.fail.on = '';
    // All workers were away; whoever has it knows it by its id, and nobody buys it now.
    await w.clock.advance(600_000);

    await w.evaluate(evaluation(), { ...ENVELOPE, isExpired: true });

    const [intent] = w.intents();
    expect(intent).toMatchObject({ action: 'enter', createdMs: w.clock.now() });
    expect(intent?.expiresAtMs).toBeLessThan(w.clock.now());
    expect(w.records()[0]?.intentId).toBe(intent?.id);
  });
});
