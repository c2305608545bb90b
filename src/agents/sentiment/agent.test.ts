import { describe, expect, it } from 'vitest';
import type { Bus } from '#bus/bus.ts';
import { sentiment, sentimentSources, sentimentTexts } from '#bus/states.ts';
import type { CoinSentiment, CoinTexts, SourceStanding } from '#core/model/sentiment.ts';
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
  const state = new Map<string, unknown>(before.map((coin) => [coin, undefined]));
  const states = new Map<string, Map<string, unknown>>([[sentiment.name, state]]);
  const of = ({ name }: { name: string }) => states.getOrInsertComputed(name, () => new Map());
  const wiped: (() => void)[] = [];
  const checks = new Map<string, () => { isOk: boolean; detail: string }>();
  const outcomes: string[] = [];
  const background: Promise<unknown>[] = [];
  let nowMs = NOW;
  let naps = 0;
  startSentiment({
    context: {
      clock: { now: () => nowMs, sleep: () => Promise.resolve(void (naps += 1)) } as never,
      log: silentLog(),
      signal: SIGNAL,
      every: (one) => void work.set(one.name, one),
      addCheck: (name, check) => void checks.set(name, check),
      background: (_name, running) => void background.push(running),
    },
    bus: {
      set: (which: { name: string }, field: string, value: unknown) =>
        Promise.resolve(void of(which).set(field, value)),
      remove: (which: { name: string }, field: string) =>
        Promise.resolve(void of(which).delete(field)),
      all: (which: { name: string }) => Promise.resolve(new Map(of(which))),
      onWipe: (listen: () => void) => void wiped.push(listen),
    } as unknown as Pick<Bus, 'all' | 'set' | 'remove' | 'onWipe'>,
    cache: { getOrLoad: () => Promise.reject(new Error('no prices here')) },
    config: SentimentAgentConfig.parse({}),
    quoteAsset: 'USDT',
    sources: [
      {
        name: 'news',
        weight: 1,
        intervalMs: 1_000,
        read: async () => ({ readings: await read() }),
      },
    ],
    scorer: createCoinScorer({ scorer: createScorer(), finder: createCoinFinder() }),
    files: {
      records: { read: () => undefined, write: () => undefined },
      note: () => Promise.resolve(),
    },
    metrics: {
      text: (outcome) => void outcomes.push(outcome),
      read: (_source, outcome) => void outcomes.push(outcome),
      reputation: () => undefined,
      coins: () => undefined,
      wordsWaiting: () => undefined,
    },
  });
  return {
    moodOf: (coin: string) => state.get(coin) as CoinSentiment | undefined,
    state,
    texts: of(sentimentTexts) as ReadonlyMap<string, CoinTexts>,
    sources: of(sentimentSources) as ReadonlyMap<string, SourceStanding>,
    wipe: async () => {
      for (const kept of states.values()) kept.clear();
      for (const listen of wiped) listen();
      await Promise.all(background);
    },
    outcomes,
    naps: () => naps,
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
    expect(agent.moodOf('BTC')?.score).toBeGreaterThan(0);
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
    await agent.run('moods', days);

    expect([...agent.state.keys()]).toEqual([]);
  });

  it('names the source that fails and why, and is not well when none answers', async () => {
    const agent = setUp(() => Promise.reject(new Error('nobody there')));

    await expect(agent.run('read news')).rejects.toThrow('nobody there');

    expect(agent.check()).toEqual({ isOk: false, detail: '0 of 1 answer; news: nobody there' });
    expect(agent.outcomes).toEqual(['failed']);
  });

  it('publishes the texts behind a mood and how the source does', async () => {
    const agent = setUp(() => Promise.resolve([text('1', 'Bitcoin surges on strong inflows')]));
    await agent.run('moods');
    expect(agent.sources.get('news')).toMatchObject({ health: 'waiting', readings: 0 });

    await agent.run('read news');
    await agent.run('moods');

    expect(agent.texts.get('BTC')?.texts).toMatchObject([
      { source: 'news', atMs: NOW, text: 'Bitcoin surges on strong inflows' },
    ]);
    expect(agent.texts.get('BTC')?.texts[0]?.reasons).toContain('surges');
    expect(agent.texts.get('MARKET')?.texts).toHaveLength(1);
    expect(agent.sources.get('news')).toMatchObject({
      health: 'ok',
      weight: 1,
      reputation: 1,
      lastReadMs: NOW,
      readings: 1,
    });
  });

  it('publishes everything again after a wipe', async () => {
    const agent = setUp(() => Promise.resolve([text('1', 'Bitcoin surges on strong inflows')]));
    await agent.run('read news');
    await agent.run('moods');

    await agent.wipe();

    expect(agent.state.size).toBe(2);
    expect(agent.texts.size).toBe(2);
    expect(agent.sources.size).toBe(1);
  });

  it('takes a text of tomorrow for one of now, so that it fades', async () => {
    const tomorrow = { ...text('1', 'Bitcoin surges on strong inflows'), atMs: NOW + 86_400_000 };
    const agent = setUp(() => Promise.resolve([tomorrow]));
    await agent.run('read news');
    await agent.run('moods');

    expect(agent.texts.get('BTC')?.texts[0]?.atMs).toBe(NOW);
  });

  it('reads a text as it looks, and shows it as it was written', async () => {
    const hidden = 'B\u200bitcoin surg\u0435s on str\u00adong inflows';
    const agent = setUp(() => Promise.resolve([text('1', hidden)]));
    await agent.run('read news');
    await agent.run('moods');

    expect(agent.texts.get('BTC')?.texts[0]).toMatchObject({ text: hidden });
    expect(agent.texts.get('BTC')?.texts[0]?.reasons).toContain('surges');
  });

  it('lets others have their turn amid many texts, and reads none of them twice', async () => {
    const many = Array.from({ length: 100 }, (_, k) => text(`${k}`, `Bitcoin at ${k} falls`));
    const agent = setUp(() => Promise.resolve(many));

    await agent.run('read news');
    await agent.run('read news');

    expect(agent.naps()).toBe(8);
    expect(agent.outcomes.filter((outcome) => outcome === 'known')).toHaveLength(100);
  });

  it('keeps the last good read of a source that fails later', async () => {
    let isUp = true;
    const agent = setUp(() => (isUp ? Promise.resolve([]) : Promise.reject(new Error('gone'))));
    await agent.run('read news');
    isUp = false;

    await expect(agent.run('read news', 60_000)).rejects.toThrow('gone');
    await agent.run('moods', 60_000);

    expect(agent.sources.get('news')).toMatchObject({
      health: 'failing',
      problem: 'gone',
      lastReadMs: NOW,
    });
  });
});
