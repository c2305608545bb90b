import { describe, expect, it } from 'vitest';
import { account, instruments, positions } from '#bus/states.ts';
import type { Bus } from '#bus/bus.ts';
import { instrument } from '#core/pairs/pairs.fixture.ts';
import type { Halt } from '#core/model/halt.ts';
import type { Pair } from '#core/model/pair.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { startRisk } from './agent.ts';
import { RiskAgentConfig } from './config.ts';
import { openRiskMemory } from './kept-memory.ts';
import { hearResume } from './resume-record.ts';

const LISTED = instrument('A');

const FINE = {
  account: 'shadow',
  quoteAsset: 'USDT',
  cashQuote: '1000',
  heldQuote: '0',
  positionsQuote: '0',
  equityQuote: '1000',
  startEquityQuote: '1000',
  peakEquityQuote: '1000',
  drawdownFraction: 0,
  dayPnlQuote: '0',
  feesQuote: '0',
  exposureFraction: 0,
  openPositions: 0,
  halts: [] as Halt[],
  stalePairs: [] as Pair[],
};
/** A desk that has lost most of what it had: everything is to be sold. */
const LOST = { cashQuote: '100', equityQuote: '100', drawdownFraction: 0.9 };

/** One A, bought at 100. */
const HELD = {
  account: 'shadow',
  pair: LISTED.pair,
  qty: '1',
  averagePrice: '100',
  costQuote: '100',
  realisedQuote: '0',
  feesQuote: '0',
  openedMs: 0,
  updatedMs: 0,
};

function world({ isRedisAway = false, everySeconds = 1 } = {}) {
  const clock = fakeClock();
  const told: string[] = [];
  const outcomes: string[] = [];
  const state = {
    isRedisAway,
    /** When execution told of the account last; now when not said. */
    accountMs: undefined as number | undefined,
    account: FINE as Partial<typeof FINE>,
    held: [] as object[],
    days: [] as number[],
    last: undefined as number | undefined,
    published: undefined as RiskState | undefined,
  };
  const memory = openRiskMemory({ read: () => undefined, write: () => undefined }, clock.now());
  const { signal } = new AbortController();
  let look = (_signal: AbortSignal): Promise<void> | void => undefined;
  const read = (asked: unknown): readonly (readonly [string, object])[] => {
    if (asked === account) {
      return [['shadow', { ...FINE, ...state.account, atMs: state.accountMs ?? clock.now() }]];
    }
    if (asked === positions) return state.held.map((position, place) => [`${place}`, position]);
    return asked === instruments ? [[LISTED.pair, LISTED]] : [];
  };
  startRisk({
    context: {
      clock,
      log: silentLog(),
      signal,
      every: ({ run }) => void (look = run),
      addCheck: () => undefined,
      background: () => undefined,
    },
    bus: {
      all: (asked: unknown) => Promise.resolve(new Map(read(asked))),
      set: (_state: unknown, _key: string, published: RiskState) => {
        if (state.isRedisAway) return Promise.reject(new TransientError('redis', 'away'));
        return Promise.resolve(void (state.published = published));
      },
      publish: () => Promise.resolve(),
      onWipe: () => undefined,
    } as unknown as Pick<Bus, 'all' | 'set' | 'publish' | 'onWipe'>,
    cache: {
      getOrLoad: <T>(kind: { readonly name: string }) =>
        kind.name === 'marketTickers' && state.last !== undefined
          ? Promise.resolve([{ pair: LISTED.pair, last: state.last }] as T)
          : Promise.reject(new TransientError('cache-load', 'none')),
    },
    config: RiskAgentConfig.parse({ check_interval_seconds: everySeconds }),
    limits: RiskLimits.parse({}),
    account: 'shadow',
    prices: { of: () => undefined, isHearing: () => true },
    hand: {
      reduce: () => Promise.resolve(),
      all: (action) => Promise.resolve(void told.push(action)),
    },
    days: { note: () => undefined, series: (afterMs) => (afterMs === undefined ? state.days : []) },
    memory,
    metrics: {
      looked: (outcome) => void outcomes.push(outcome),
      state: () => undefined,
      acted: () => undefined,
    },
  });
  return {
    clock,
    state,
    memory,
    told,
    outcomes,
    look: async (afterMs = 0) => {
      await clock.advance(afterMs);
      await look(signal);
    },
  };
}

describe('a look of the risk agent', () => {
  it('sells when it is time, though its word does not reach Redis', async () => {
    const desk = world({ isRedisAway: true });
    desk.state.account = LOST;

    await expect(desk.look()).rejects.toThrow('away');

    expect(desk.told).toEqual(['flatten']);
    expect(desk.outcomes).toEqual(['failed']);
  });

  it.each([
    ['has been silent', 31_000],
    ['told it before the clock was set back', -31_000],
  ])('tells nothing to an execution that %s', async (_, agoMs) => {
    const desk = world();
    desk.state.account = LOST;
    desk.state.accountMs = desk.clock.now() - agoMs;

    await expect(desk.look()).rejects.toThrow('execution has not told');
    expect(desk.told).toEqual([]);

    desk.state.accountMs = desk.clock.now();
    await desk.look(1_000);
    expect(desk.told).toEqual(['flatten']);
  });

  it('flattens nothing again while all is sold and the desk is down', async () => {
    const desk = world();
    const paused = { kind: 'paused', sinceMs: 0, reason: 'by risk', liftedBy: 'resume' } as const;
    desk.state.account = { ...LOST, halts: [paused] };
    await desk.look();
    expect(desk.told).toEqual([]);

    desk.state.held = [{ ...HELD, stopPrice: '90' }];
    await desk.look(1_000);

    expect(desk.told).toEqual(['flatten']);
  });

  it('comes sooner while what is held cannot be read', async () => {
    const desk = world({ everySeconds: 30 });
    await desk.look();
    await desk.look(5_000);
    expect(desk.outcomes).toHaveLength(1);

    desk.state.held = [{ ...HELD, stopPrice: '90' }];
    await desk.look(25_000);
    expect(desk.state.published).toMatchObject({ level: 'reduce', figures: { held_unread: 1 } });
    await desk.look(5_000);

    expect(desk.outcomes).toHaveLength(3);
  });

  it('takes the end of a winning day for no fall', async () => {
    const desk = world();
    desk.state.account = { equityQuote: '1150', peakEquityQuote: '1150', dayPnlQuote: '150' };
    await desk.look();

    // Execution begins its day with the first mark after midnight.
    desk.state.account = { ...desk.state.account, dayPnlQuote: '0' };
    await desk.look(30_000);

    expect(desk.told).toEqual([]);
  });

  it('waits a minute for the marks of an execution that has just started', async () => {
    const desk = world();
    // Bought at 100, worth 290 by the ticker; half of the equity is in it.
    desk.state.held = [{ ...HELD, stopPrice: '90', qty: '2' }];
    desk.state.last = 290;
    desk.state.account = { equityQuote: '1160', peakEquityQuote: '1160', dayPnlQuote: '160' };
    await desk.look();
    const { level } = desk.state.published ?? {};
    expect(desk.state.published?.figures['exposure']).toBe(0.5);

    // What was won is open, and execution has no quote of it yet.
    const atCost = { drawdownFraction: 380 / 1160, dayPnlQuote: '-380', stalePairs: [LISTED.pair] };
    desk.state.account = { ...desk.state.account, ...atCost, equityQuote: '780' };
    await desk.look(30_000);
    await desk.look(30_000);
    expect(desk.told).toEqual([]);
    expect(desk.state.published?.level).toBe(level);
    expect(desk.state.published?.figures['exposure']).toBe(0.5);

    await desk.look(30_000);
    expect(desk.told).toEqual(['kill-switch']);
    expect(desk.state.published?.level).toBe('flatten');
  });

  it('does not know how long a stop is missing after a time in which it could not look', async () => {
    const desk = world();
    desk.state.held = [HELD];
    await desk.look();
    desk.state.accountMs = 0;
    await desk.clock.advance(150_000);
    await expect(desk.look()).rejects.toThrow('execution has not told');

    desk.state.accountMs = undefined;
    await desk.look(1_000);
    expect(desk.told).toEqual([]);
    await desk.look(60_000);
    await desk.look(60_000);
    expect(desk.told).toEqual(['kill-switch']);
  });

  it('lets a desk that lost for certain trade again when a person resumes it, at half size', async () => {
    const desk = world();
    const hear = (command: string) =>
      hearResume(
        { kind: 'command.done', id: 'x', command, by: 'anna', origin: '', reason: '', result: '' },
        { memory: desk.memory, clock: desk.clock, log: silentLog() },
      );
    desk.state.days = Array.from({ length: 100 }, (_, day) => (day % 2 === 0 ? -0.01 : -0.002));
    await desk.look();
    expect(desk.state.published?.level).toBe('halt');

    hear('pause');
    await desk.look(86_400_000);
    expect(desk.state.published?.level).toBe('halt');
    hear('resume');
    await desk.look(1_000);

    expect(desk.state.published).toMatchObject({ level: 'normal', accountScaler: 0.5 });
  });

  it('keeps the whole record when a person resumes a desk that it did not stop', async () => {
    const desk = world();
    await desk.look();

    hearResume(
      {
        kind: 'command.done',
        id: 'x',
        command: 'resume',
        by: 'a',
        origin: '',
        reason: '',
        result: '',
      },
      { memory: desk.memory, clock: desk.clock, log: silentLog() },
    );

    expect(desk.memory.now().recordFromMs).toBeUndefined();
  });
});
