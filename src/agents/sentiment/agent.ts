/**
 * The shell of the sentiment agent: reads its sources, keeps what they say of each coin, and publishes
 * a mood for each, the newest texts behind it, and how each source does.
 */
import type { Bus } from '#bus/bus.ts';
import { sentiment, sentimentSources, sentimentTexts } from '#bus/states.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { CoinSentiment, SourceStanding } from '#core/model/sentiment.ts';
import type { CoinScorer } from '#core/sentiment/aspect.ts';
import { createMoodBook } from '#core/sentiment/stream/mood-book.ts';
import type { MoodBook } from '#core/sentiment/stream/mood-book.ts';
import { createNewestTexts } from '#core/sentiment/stream/newest-texts.ts';
import type { NewestTexts } from '#core/sentiment/stream/newest-texts.ts';
import { createReputation } from '#core/sentiment/stream/reputation.ts';
import type { Reputation } from '#core/sentiment/stream/reputation.ts';
import type { AgentContext, AgentHandle } from '#platform/lifecycle/agent-context.ts';
import type { SentimentSource } from '#sources/sentiment/sentiment-source.ts';
import type { SentimentAgentConfig } from './config.ts';
import { sourceJudge } from './judge-sources.ts';
import type { SourceJudge } from './judge-sources.ts';
import type { MoodFiles } from './keep-moods.ts';
import { listener } from './listen.ts';
import type { SentimentMetrics } from './metrics.ts';
import { pricesIn } from './prices.ts';
import type { Prices } from './prices.ts';
import { readSources } from './read-sources.ts';
import type { SourceReads } from './read-sources.ts';
import { stateMirror } from './state-mirror.ts';

export interface SentimentPorts {
  readonly context: Pick<
    AgentContext<unknown>,
    'clock' | 'log' | 'signal' | 'every' | 'addCheck' | 'background'
  >;
  readonly bus: Pick<Bus, 'all' | 'set' | 'remove' | 'onWipe'>;
  readonly cache: Pick<SharedCache, 'getOrLoad'>;
  readonly config: SentimentAgentConfig;
  /** What prices are in. */
  readonly quoteAsset: string;
  readonly sources: readonly SentimentSource[];
  readonly scorer: CoinScorer;
  readonly files: MoodFiles;
  readonly metrics: SentimentMetrics;
}

const PUBLISH_MS = 5_000;
const PRICES_MS = 10_000;
/** So much of what sources are judged by may be lost with a life. */
const SAVE_MS = 60_000;

/** What is given back keeps the records of the sources for the next life. */
export function startSentiment(ports: SentimentPorts): AgentHandle {
  const { context, config, sources, files, scorer, metrics, quoteAsset, cache } = ports;
  const { clock, log } = context;
  const weights = new Map<string, number>(sources.map(({ name, weight }) => [name, weight]));
  const before = files.records.read() ?? { reputation: {}, waiting: [] };
  const reputation = createReputation(before.reputation);
  const book = createMoodBook({
    halfLifeMs: () => config.half_life_minutes * 60_000,
    weightOf: (source) => (weights.get(source) ?? 1) * reputation.factor(source),
  });
  const judge = sourceJudge({
    reputation,
    afterMs: () => config.judge_after_hours * 3_600_000,
    sinceMs: clock.now(),
    waiting: before.waiting,
  });
  const newest = createNewestTexts();
  const prices = pricesIn(quoteAsset, { cache, clock, log });
  const { priceOf } = prices;
  const take = listener({ clock, scorer, metrics, book, newest, judge, priceOf });
  const reads = readSources(ports, take);
  const desk: Desk = { book, newest, judge, reputation, prices, reads };
  schedule(ports, desk);
  const save = (): void => {
    files.records.write({ reputation: reputation.save(), waiting: [...judge.waiting()] });
  };
  context.every({ name: 'records', intervalMs: SAVE_MS, run: save });
  context.addCheck('sources', reads.check);
  log.info({ sources: sources.map(({ name }) => name) }, 'listening to what people write');
  return { close: save };
}

interface Desk {
  readonly book: MoodBook;
  readonly newest: NewestTexts;
  readonly judge: SourceJudge;
  readonly reputation: Reputation;
  readonly prices: Prices;
  readonly reads: SourceReads;
}

function schedule(ports: SentimentPorts, desk: Desk): void {
  const { context, metrics, sources, files, bus } = ports;
  const { clock } = context;
  const { book, judge, reputation, prices } = desk;
  const { publish, forget } = publisher(ports, desk);
  context.every({
    name: 'moods',
    intervalMs: PUBLISH_MS,
    run: async () => {
      await publish();
      await files.note([...moodsAt(book, clock.now()).values()], clock.now());
      metrics.coins(book.coins().length);
      for (const { name } of sources) metrics.reputation(name, reputation.factor(name));
    },
  });
  // Apart from the moods, which must not wait for a cache that is away.
  context.every({
    name: 'prices',
    intervalMs: PRICES_MS,
    isImmediate: true,
    run: async () => {
      await prices.refresh();
      judge.judge(prices.priceOf, clock.now());
      metrics.wordsWaiting(judge.waiting().length);
    },
  });
  bus.onWipe(() => {
    forget();
    context.background('moods', publish());
  });
}

/** Publishes moods, texts and sources; what faded since, or stands there of an earlier life, goes. */
function publisher({ bus, context, sources }: SentimentPorts, desk: Desk) {
  const { book, newest, reads, reputation } = desk;
  const states = {
    moods: stateMirror(bus, sentiment),
    texts: stateMirror(bus, sentimentTexts),
    sources: stateMirror(bus, sentimentSources),
  };

  function standings(nowMs: number): ReadonlyMap<string, SourceStanding> {
    return new Map(
      sources.map(({ name, weight, intervalMs }) => [
        name,
        {
          source: name,
          ...reads.health(name),
          weight,
          reputation: reputation.factor(name),
          intervalMs,
          atMs: nowMs,
        },
      ]),
    );
  }

  return {
    publish: async (): Promise<void> => {
      const nowMs = context.clock.now();
      const moods = moodsAt(book, nowMs);
      newest.keepOnly(new Set(moods.keys()));
      const texts = [...moods.keys()].flatMap((coin) => {
        const of = newest.of(coin);
        return of === undefined ? [] : [[coin, of] as const];
      });
      await states.moods.sync(moods);
      await states.texts.sync(new Map(texts));
      await states.sources.sync(standings(nowMs));
    },
    forget: (): void => {
      for (const state of Object.values(states)) state.forget();
    },
  };
}

function moodsAt(book: MoodBook, nowMs: number): ReadonlyMap<string, CoinSentiment> {
  const moods = book.coins().map((coin) => [coin, book.mood(coin, nowMs)] as const);
  return new Map(moods.flatMap(([coin, mood]) => (mood === undefined ? [] : [[coin, mood]])));
}
