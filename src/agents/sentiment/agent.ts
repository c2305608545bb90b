/**
 * The shell of the sentiment agent: each source is read at its own pace, each text goes through guard,
 * coin finder and scorer, and what comes of it is published for each coin. A source that fails is told
 * once and tried again; the others go on.
 */
import type { Bus } from '#bus/bus.ts';
import { sentiment } from '#bus/states.ts';
import { ALL, marketTickers } from '#cache/kinds.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import { baseOf } from '#core/model/pair.ts';
import { MARKET } from '#core/model/sentiment.ts';
import type { CoinScorer } from '#core/sentiment/aspect.ts';
import { createMoodBook } from '#core/sentiment/stream/mood-book.ts';
import type { MoodBook } from '#core/sentiment/stream/mood-book.ts';
import type { Reading, TextReading } from '#core/sentiment/stream/reading.ts';
import { createReputation } from '#core/sentiment/stream/reputation.ts';
import type { Reputation } from '#core/sentiment/stream/reputation.ts';
import { createTextGuard } from '#core/sentiment/stream/text-guard.ts';
import { errorText } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { SentimentSource } from '#sources/sentiment/sentiment-source.ts';
import type { SentimentAgentConfig } from './config.ts';
import { sourceJudge } from './judge-sources.ts';
import type { SourceJudge } from './judge-sources.ts';
import type { MoodFiles } from './keep-moods.ts';
import type { SentimentMetrics } from './metrics.ts';

export interface SentimentPorts {
  readonly context: Pick<
    AgentContext<unknown>,
    'clock' | 'log' | 'signal' | 'every' | 'addCheck' | 'background'
  >;
  readonly bus: Pick<Bus, 'all' | 'set' | 'remove' | 'onWipe'>;
  readonly cache: Pick<SharedCache, 'getOrLoad'>;
  readonly config: SentimentAgentConfig;
  readonly sources: readonly SentimentSource[];
  readonly scorer: CoinScorer;
  readonly files: MoodFiles;
  readonly metrics: SentimentMetrics;
}

const PUBLISH_MS = 10_000;
const KEEP_MS = 3_600_000;
const PRICES_WITHIN_MS = 5_000;
/** What one voice behind a reckoned mood counts beside a text. */
const VOICE = 0.2;

export function startSentiment(ports: SentimentPorts): void {
  const { context, config, sources, files } = ports;
  const weights = new Map<string, number>(sources.map(({ name, weight }) => [name, weight]));
  const reputation = createReputation(files.readReputation());
  const book = createMoodBook({
    halfLifeMs: () => config.half_life_minutes * 60_000,
    weightOf: (source) => (weights.get(source) ?? 1) * reputation.factor(source),
  });
  const judge = sourceJudge(reputation, () => config.judge_after_hours * 3_600_000);
  const desk: Desk = { book, judge, reputation, prices: new Map() };
  const health = readSources(ports, listener(ports, desk));
  schedule(ports, desk);
  ports.bus.onWipe(() => context.background('moods', publish(ports, desk)));
  context.addCheck('sources', () => sourcesCheck(sources, health));
  context.log.info({ sources: sources.map(({ name }) => name) }, 'listening to what people write');
}

interface Desk {
  readonly book: MoodBook;
  readonly judge: SourceJudge;
  readonly reputation: Reputation;
  prices: ReadonlyMap<string, number>;
}

/** Takes what a source gave. */
function listener(ports: SentimentPorts, desk: Desk): (readings: readonly Reading[]) => void {
  const { metrics, context, scorer } = ports;
  const { book, judge } = desk;
  const guard = createTextGuard();

  function takeText(reading: TextReading): void {
    const nowMs = context.clock.now();
    const found = scorer.scorePerCoin(reading.text);
    const coins = found.map(({ coin }) => coin);
    const verdict = guard.judge(reading, coins, nowMs);
    if (verdict.kind !== 'counts') {
      metrics.text(verdict.kind);
      return;
    }
    metrics.text(found.length > 0 ? 'counts' : 'no-coin');
    const { source, atMs } = reading;
    for (const { coin, score, confidence } of found) {
      const weight = verdict.weight * confidence;
      const word = { source, atMs, score, weight, story: verdict.story };
      book.add(coin, word);
      book.add(MARKET, word);
      judge.note({ source, coin, score, price: desk.prices.get(coin) ?? 0, nowMs });
    }
  }

  return (readings) => {
    for (const reading of readings) {
      if (reading.kind === 'text') takeText(reading);
      else {
        const { source, coin, atMs, score, voices } = reading;
        book.add(coin, { source, atMs, score, weight: voices * VOICE });
      }
    }
    book.takeBack(guard.takeCampaigns());
  };
}

/** Reads each source at its own pace; what is wrong with it stands in the map. */
function readSources(
  { context, sources, metrics }: SentimentPorts,
  take: (readings: readonly Reading[]) => void,
): ReadonlyMap<string, string | undefined> {
  const health = new Map<string, string | undefined>();
  for (const source of sources) {
    context.every({
      name: `read ${source.name}`,
      intervalMs: source.intervalMs,
      jitter: 0.1,
      isImmediate: true,
      isProgress: true,
      run: async (signal) => {
        try {
          take(await source.read(signal, context.clock.now()));
          health.set(source.name, undefined);
          metrics.read(source.name, 'ok');
        } catch (error) {
          health.set(source.name, errorText(error));
          metrics.read(source.name, 'failed');
          throw error;
        }
      },
    });
  }
  return health;
}

function schedule(ports: SentimentPorts, desk: Desk): void {
  const { context, metrics, sources, files } = ports;
  const { clock } = context;
  const { book, judge, reputation } = desk;
  context.every({
    name: 'moods',
    intervalMs: PUBLISH_MS,
    run: async () => {
      desk.prices = await pricesNow(ports, desk.prices);
      judge.judge((coin) => desk.prices.get(coin), clock.now());
      await publish(ports, desk);
      metrics.coins(book.coins().length);
      for (const { name } of sources) metrics.reputation(name, reputation.factor(name));
    },
  });
  context.every({
    name: 'history',
    intervalMs: KEEP_MS,
    run: async () => {
      const moods = book.coins().flatMap((coin) => book.mood(coin, clock.now()) ?? []);
      await files.note(moods, clock.now());
      files.saveReputation(reputation.save());
    },
  });
}

/** What faded since, or stands there of an earlier life, is taken away. */
async function publish({ bus, context }: SentimentPorts, { book }: Desk): Promise<void> {
  const nowMs = context.clock.now();
  const moods = new Map(
    book.coins().flatMap((coin) => {
      const mood = book.mood(coin, nowMs);
      return mood === undefined ? [] : [[coin, mood] as const];
    }),
  );
  for (const [coin, mood] of moods) await bus.set(sentiment, coin, mood);
  for (const coin of (await bus.all(sentiment)).keys()) {
    if (!moods.has(coin)) await bus.remove(sentiment, coin);
  }
}

/** Without prices no source is judged; that is all. */
async function pricesNow(
  { cache, context }: SentimentPorts,
  known: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  try {
    const tickers = await cache.getOrLoad(marketTickers, ALL, { waitMs: PRICES_WITHIN_MS });
    return new Map(tickers.map(({ pair, last }) => [baseOf(pair), last]));
  } catch (error) {
    context.log.debug({ cause: errorText(error) }, 'no prices to judge sources by');
    return known;
  }
}

function sourcesCheck(
  sources: readonly SentimentSource[],
  health: ReadonlyMap<string, string | undefined>,
): { isOk: boolean; detail: string } {
  if (sources.length === 0) return { isOk: true, detail: 'no source is enabled' };
  const failing = sources.flatMap(({ name }) => {
    const why = health.get(name);
    return why === undefined ? [] : [`${name}: ${why.slice(0, 80)}`];
  });
  const detail =
    failing.length === 0 ? `${sources.length} answer` : failing.join('; ').slice(0, 300);
  return { isOk: failing.length < sources.length, detail };
}
