import { describe, expect, it } from 'vitest';
import { account, instruments } from '#bus/states.ts';
import type { Bus } from '#bus/bus.ts';
import { instrument } from '#core/pairs/pairs.fixture.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { startRisk } from './agent.ts';
import { RiskAgentConfig } from './config.ts';
import { openRiskMemory } from './kept-memory.ts';

const LISTED = instrument('A');

/** A desk that has lost most of what it had: everything is to be sold. */
function lost(atMs: number) {
  return {
    account: 'shadow',
    quoteAsset: 'USDT',
    atMs,
    cashQuote: '100',
    heldQuote: '0',
    positionsQuote: '0',
    equityQuote: '100',
    startEquityQuote: '1000',
    peakEquityQuote: '1000',
    drawdownFraction: 0.9,
    dayPnlQuote: '0',
    feesQuote: '0',
    exposureFraction: 0,
    openPositions: 0,
    halts: [],
    stalePairs: [],
  };
}

function world({ isRedisAway = false } = {}) {
  const clock = fakeClock();
  const told: string[] = [];
  const outcomes: string[] = [];
  const state = { accountMs: clock.now(), isRedisAway };
  const { signal } = new AbortController();
  let look = (_signal: AbortSignal): Promise<void> | void => undefined;
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
      all: (asked: unknown) => {
        if (asked === account) return Promise.resolve(new Map([['shadow', lost(state.accountMs)]]));
        return Promise.resolve(new Map(asked === instruments ? [[LISTED.pair, LISTED]] : []));
      },
      set: () =>
        state.isRedisAway ? Promise.reject(new TransientError('redis', 'away')) : Promise.resolve(),
      publish: () => Promise.resolve(),
      onWipe: () => undefined,
    } as unknown as Pick<Bus, 'all' | 'set' | 'publish' | 'onWipe'>,
    cache: { getOrLoad: () => Promise.reject(new TransientError('cache-load', 'none')) },
    config: RiskAgentConfig.parse({}),
    limits: RiskLimits.parse({}),
    account: 'shadow',
    prices: { of: () => undefined, isHearing: () => true },
    hand: {
      reduce: () => Promise.resolve(),
      all: (action) => Promise.resolve(void told.push(action)),
    },
    days: { note: () => undefined, series: () => [] },
    memory: openRiskMemory(
      { read: () => undefined, write: () => undefined },
      { nowMs: clock.now(), recoveryMs: 0, unprotectedMs: 0 },
    ),
    metrics: {
      looked: (outcome) => void outcomes.push(outcome),
      state: () => undefined,
      acted: () => undefined,
    },
  });
  return { clock, state, told, outcomes, look: async () => look(signal) };
}

describe('a look of the risk agent', () => {
  it('sells when it is time, though its word does not reach Redis', async () => {
    const desk = world({ isRedisAway: true });

    await expect(desk.look()).rejects.toThrow('away');

    expect(desk.told).toEqual(['flatten']);
    expect(desk.outcomes).toEqual(['failed']);
  });

  it('tells nothing to an execution that has been silent', async () => {
    const desk = world();
    await desk.clock.advance(31_000);

    await expect(desk.look()).rejects.toThrow('execution has not told');
    expect(desk.told).toEqual([]);

    desk.state.accountMs = desk.clock.now();
    await desk.look();
    expect(desk.told).toEqual(['flatten']);
  });
});
