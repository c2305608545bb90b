import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { CATCH_UP_MS_MAX, SLICE_MS, sliceStart } from '#practice/market/driver.ts';
import type { Driver } from '#practice/market/driver.ts';
import { firstTradeId, SymbolMarket } from '#practice/market/symbol-market.ts';
import type { WorldEvent } from '#practice/world.ts';
import type { Block, Feed } from './feed.ts';
import { MapFile, resumedOrigin } from './map-file.ts';
import { openFeed } from './open-feed.ts';
import { ReplaySymbol } from './replay-symbol.ts';
import { recordedStart, servedStart, timeline } from './timeline.ts';
import type { Timeline } from './timeline.ts';

/** Candles before the start that are served as history, per pair. */
const HISTORY_CANDLES_MAX = 30_000;

export interface ReplayOptions {
  /** CSV files of candles or trades, plain or .gz, one a pair. */
  readonly files: readonly string[];
  /** 60 serves each recorded minute as a candle of one second. */
  readonly speed: number;
  /** Where in the recording the live part begins; default: as `recordedStart` says. */
  readonly fromMs?: number;
  /** Written while serving: which recorded time each served candle is. */
  readonly mapFile?: string;
}

/** A market that repeats recorded ones, with its history before the start. */
export function createReplay(options: {
  clock: Clock;
  seed: number;
  publish: (event: WorldEvent) => void;
  replay: ReplayOptions;
  pairs?: readonly string[];
}): Driver {
  const { clock, seed, publish, replay } = options;
  const feeds = openFeeds(replay.files, seed, options.pairs);
  const nowMs = clock.now();
  const { times, isResumed } = timesOf(feeds, replay, nowMs);
  const map =
    replay.mapFile === undefined
      ? undefined
      : new MapFile(replay.mapFile, originOf(times), isResumed);
  const onServed = (block: Block): void => {
    const servedMs = times.toServed(block.recordedMs);
    if (servedMs >= times.servedOriginMs) map?.add({ servedMs, recordedMs: block.recordedMs });
  };
  const symbols = feeds.map((feed) => {
    const historyMs = seekHistory(feed, times);
    const market = new SymbolMarket({
      spec: feed.spec,
      historyMs,
      startMs: nowMs,
      // The trades of a recording are the same whenever they are served, so are their ids: one
      // that was killed and goes on tells the same trades under the same ids.
      firstTradeId: firstTradeId(times.servedOriginMs),
      fillsQuiet: false,
      publish,
    });
    return new ReplaySymbol({ market, feed, timeline: times, seed, onServed });
  });
  const driver = replayDriver({ symbols, map, publish, startMs: sliceStart(nowMs) });
  return { ...driver, recordedTime: (servedMs) => Math.round(times.toRecorded(servedMs)) };
}

function timesOf(
  feeds: readonly Feed[],
  replay: ReplayOptions,
  nowMs: number,
): { times: Timeline; isResumed: boolean } {
  const { speed, mapFile } = replay;
  const recordedOriginMs = recordedStart(feeds, replay.fromMs);
  const resumed =
    mapFile === undefined ? undefined : resumedOrigin(mapFile, { recordedOriginMs, speed, nowMs });
  const servedSpanMs = Math.max(...feeds.map((feed) => feed.intervalMs)) / speed;
  const servedOriginMs = resumed ?? servedStart(nowMs, servedSpanMs);
  const times = timeline({ speed, servedOriginMs, recordedOriginMs });
  return { times, isResumed: resumed !== undefined };
}

function originOf(times: Timeline): { servedMs: number; recordedMs: number } {
  return { servedMs: times.servedOriginMs, recordedMs: times.recordedOriginMs };
}

/** Puts the feed where its history begins and returns that in served time. */
function seekHistory(feed: Feed, times: Timeline): number {
  feed.seek(times.recordedOriginMs - HISTORY_CANDLES_MAX * feed.intervalMs);
  return times.toServed(feed.nextMs() ?? times.recordedOriginMs);
}

function openFeeds(
  files: readonly string[],
  seed: number,
  pairs: readonly string[] | undefined,
): Feed[] {
  const feeds = files.map((file) => openFeed(file, seed));
  const symbols = feeds.map((feed) => feed.spec.symbol);
  if (feeds.length === 0) throw new ConfigError('replay names no file');
  if (new Set(symbols).size < symbols.length) {
    throw new ConfigError('replay has two files of one pair', { files, symbols });
  }
  if (new Set(feeds.map((feed) => feed.intervalMs)).size > 1) {
    const intervals = feeds.map((feed) => `${feed.spec.symbol} ${feed.intervalMs / 1000} s`);
    throw new ConfigError(`replay files differ in interval: ${intervals.join(', ')}`);
  }
  if (pairs === undefined || pairs.length === 0) return feeds;
  const wanted = pairs.map((pair) => pair.replace('/', '').toUpperCase());
  const missing = wanted.filter((symbol) => !symbols.includes(symbol));
  if (missing.length > 0) {
    throw new ConfigError(`replay has no file of ${missing.join(', ')}`, { found: symbols });
  }
  return feeds.filter((feed) => wanted.includes(feed.spec.symbol));
}

function replayDriver(of: {
  symbols: readonly ReplaySymbol[];
  map: MapFile | undefined;
  publish: (event: WorldEvent) => void;
  startMs: number;
}): Driver {
  const { symbols, map, publish } = of;
  let nextMs = of.startMs;
  let hasEnded = false;
  tell(symbols, nextMs);

  function runSlice(): void {
    const endMs = nextMs + SLICE_MS;
    for (const symbol of symbols) {
      if (symbol.market.status === 'TRADING') symbol.serveTo(endMs, true);
      else symbol.market.candles.silently(() => symbol.serveTo(endMs, false));
      symbol.market.publishBook(endMs - 1);
    }
    nextMs = endMs;
  }

  function announceEnd(): void {
    if (hasEnded || !symbols.every((symbol) => symbol.hasEnded)) return;
    hasEnded = true;
    map?.flush();
    publish({ kind: 'endOfData', timeMs: nextMs });
  }

  function step(nowMs: number): void {
    if (nowMs - nextMs > CATCH_UP_MS_MAX) {
      // Nobody was served while the process stood still; the candles are there for who asks.
      nextMs = sliceStart(nowMs);
      tell(symbols, nextMs);
    }
    while (nextMs + SLICE_MS <= nowMs) runSlice();
    announceEnd();
  }

  return { markets: symbols.map((symbol) => symbol.market), step };
}

function tell(symbols: readonly ReplaySymbol[], untilMs: number): void {
  for (const symbol of symbols) {
    symbol.market.candles.silently(() => symbol.serveTo(untilMs, false));
    symbol.openBook(untilMs);
  }
}
