import { describe, expect, it } from 'vitest';
import type { Bus } from '#bus/bus.ts';
import type { CoinSentiment } from '#core/model/sentiment.ts';
import { createCoinScorer } from '#core/sentiment/aspect.ts';
import { createCoinFinder } from '#core/sentiment/coin-finder.ts';
import { createScorer } from '#core/sentiment/scorer.ts';
import type { Reading } from '#core/sentiment/stream/reading.ts';
import { silentLog } from '#platform/log/log.ts';
import type { PeriodicWork } from '#platform/lifecycle/agent-context.ts';
import { startSentiment } from './agent.ts';
import { SentimentAgentConfig } from './config.ts';

const NOW = 1_800_000_000_000;
const SIGNAL = new AbortController().signal;

/** An agent whose periodic work is run by hand, over a bus that is a map. */
function setUp(read: () => Promise<readonly Reading[]>, before: readonly string[] = []) {
  const work = new Map<string, PeriodicWork>();
  const state = new Map<string, CoinSentiment | undefined>(before.map((coin) => [coin, undefined]));
  const checks = new Map<string, () => { isOk: boolean; detail: string }>();
  const outcomes: string[] = [];
  let nowMs = NOW;
  startSentiment({
    context: {
      clock: { now: () => nowMs } as never,
      log: silentLog(),
      signal: SIGNAL,
      every: (one) => void work.set(one.name, one),
      addCheck: (name, check) => void checks.set(name, check),
      background: () => undefined,
    },
    bus: {
      set: (_state: unknown, field: string, value: CoinSentiment) =>
        Promise.resolve(void state.set(field, value)),
      remove: (_state: unknown, field: string) => Promise.resolve(void state.delete(field)),
      all: () => Promise.resolve(state),
      onWipe: () => undefined,
    } as unknown as Pick<Bus, 'all' | 'set' | 'remove' | 'onWipe'>,
    cache: { getOrLoad: () => Promise.reject(new Error('no prices here')) },
    config: SentimentAgentConfig.parse({}),
    sources: [{ name: 'news', weight: 1, intervalMs: 1_000, read }],
    scorer: createCoinScorer({ scorer: createScorer(), finder: createCoinFinder() }),
    files: {
      readReputation: () => ({}),
      saveReputation: () => undefined,
      note: () => Promise.resolve(),
    },
    metrics: {
      text: (outcome) => void outcomes.push(outcome),
      read: (_source, outcome) => void outcomes.push(outcome),
      reputation: () => undefined,
      coins: () => undefined,
    },
  });
  return {
    state,
    outcomes,
    check: () => checks.get('sources')?.(),
    run: async (name: string, later = 0) => {
      nowMs = NOW + later;
      await work.get(name)?.run(SIGNAL);
    },
  };
}

const text = (id: string, words: string): Reading => ({
  kind: 'text',
  source: 'news',
  id,
  atMs: NOW,
  text: words,
});

describe('the sentiment agent', () => {
  it('publishes a mood for the coin that is written about, and for the market', async () => {
    const agent = setUp(() =>
      Promise.resolve([text('1', 'Bitcoin surges to a new all-time high after strong inflows')]),
    );

    await agent.run('read news');
    await agent.run('moods');

    expect([...agent.state.keys()].toSorted()).toEqual(['BTC', 'MARKET']);
    expect(agent.state.get('BTC')?.score).toBeGreaterThan(0);
    expect(agent.outcomes).toEqual(['counts', 'ok']);
  });

  it('takes away what has faded, whoever looked at it first, and what an earlier life left', async () => {
    const agent = setUp(
      () => Promise.resolve([text('1', 'Bitcoin plunges as exchange halts withdrawals')]),
      ['GONE'],
    );
    await agent.run('read news');
    await agent.run('moods');
    expect(agent.state.has('GONE')).toBe(false);

    const days = 10 * 86_400_000;
    await agent.run('history', days);
    await agent.run('moods', days);

    expect([...agent.state.keys()]).toEqual([]);
  });

  it('names the source that fails and why, and is not well when none answers', async () => {
    const agent = setUp(() => Promise.reject(new Error('nobody there')));

    await expect(agent.run('read news')).rejects.toThrow('nobody there');

    expect(agent.check()).toEqual({ isOk: false, detail: 'news: nobody there' });
    expect(agent.outcomes).toEqual(['failed']);
  });
});
