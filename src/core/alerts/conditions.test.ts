import { describe, expect, it } from 'vitest';
import { FeedStatus } from '#core/model/feed-status.ts';
import { FRESH_MEMORY, watchDrawdown, watchFeeds, watchVersion } from './conditions.ts';

function feed(state: string, freshMs: number, pair = 'BTC/USDT'): FeedStatus {
  return FeedStatus.parse({ pair, state, freshMs, lastCloseMs: 0, lastTradeId: 0, atMs: freshMs });
}

describe('feeds', () => {
  const at = (nowMs: number) => ({ nowMs, afterMs: 30_000 });

  it('are told once when they are stale for long, and once when they are back', () => {
    let { memory } = watchFeeds(FRESH_MEMORY, [feed('stale', 0)], at(29_000));
    const told: string[] = [];
    for (const [status, nowMs] of [
      [feed('stale', 0), 31_000],
      [feed('stale', 0), 60_000],
      [feed('live', 61_000), 61_000],
      [feed('live', 62_000), 62_000],
    ] as const) {
      const step = watchFeeds(memory, [status], at(nowMs));
      memory = step.memory;
      told.push(...step.alerts.map(({ title }) => title));
    }

    expect(told).toEqual(['BTC/USDT: data is stale', 'BTC/USDT: data is fresh again']);
    expect(memory.stale).toEqual({});
  });

  it('are one for each pair', () => {
    const feeds = [feed('stale', 0), feed('stale', 0, 'ETH/USDT'), feed('live', 0, 'SOL/USDT')];

    expect(watchFeeds(FRESH_MEMORY, feeds, at(40_000)).alerts).toHaveLength(2);
  });
});

describe('drawdown', () => {
  function fall(fractions: readonly number[]): string[] {
    let memory = FRESH_MEMORY;
    return fractions.flatMap((fraction) => {
      const step = watchDrawdown(
        memory,
        { account: 'live', fraction },
        { nowMs: 1, steps: [0.02, 0.04, 0.06] },
      );
      memory = step.memory;
      return step.alerts.map(({ fields }) => String(fields?.['step']));
    });
  }

  it('is told at each step once, the highest of several', () => {
    expect(fall([0.01, 0.02, 0.025, 0.065, 0.07])).toEqual(['0.02', '0.06']);
  });

  it('is not told again while it swings around a step', () => {
    expect(fall([0.021, 0.019, 0.021, 0.015, 0.021])).toEqual(['0.02']);
  });

  it('is told again after it has recovered', () => {
    expect(fall([0.021, 0.005, 0.021])).toEqual(['0.02', '0.02']);
    expect(fall([0.065, 0.025, 0.045])).toEqual(['0.06', '0.04']);
  });
});

describe('version', () => {
  it('is told when it is another one, not at the first look', () => {
    const first = watchVersion(FRESH_MEMORY, '0.2.0', 1);
    const same = watchVersion(first.memory, '0.2.0', 2);
    const next = watchVersion(same.memory, '0.3.0', 3);

    expect([first.alerts, same.alerts]).toEqual([[], []]);
    expect(next.alerts).toMatchObject([{ title: 'version 0.3.0', lines: ['it was 0.2.0'] }]);
  });
});
