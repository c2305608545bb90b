import { parseCandleKey } from '#cache/candle-key.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Pair } from '#core/model/pair.ts';
import { candleOpenMs, timeframeMs, type Timeframe } from '#core/model/timeframe.ts';
import type { MarketReads } from '#exchange/market-data.ts';

export interface CandleSources {
  /** Followed pairs: what is kept anyway needs no call. */
  readonly kept: (pair: Pair, timeframe: Timeframe) => readonly Candle[] | undefined;
  readonly reads: Pick<MarketReads, 'candles'>;
  /** Venue time. */
  readonly now: () => number;
}

/** Most candles of one answer, on Binance; other venues give fewer. */
const PAGE = 1_000;
// 5,000 candles are the most a key can ask for; a venue with pages of 100 needs fifty.
const PAGES_MAX = 50;

/** The newest closed candles that a key of `candleHistory` asks for, oldest first. */
export async function candlesFor(
  sources: CandleSources,
  key: string,
  signal: AbortSignal,
): Promise<readonly Candle[]> {
  const { pair, timeframe, count } = parseCandleKey(key);
  const kept = sources.kept(pair, timeframe) ?? [];
  if (kept.length >= count) return kept.slice(-count);
  const query = { pair, timeframe, priority: 'prefetch' as const };
  if (count <= PAGE) {
    const newest = await sources.reads.candles({ ...query, limit: count }, signal);
    return newest.slice(-count);
  }
  return paged(sources, { ...query, count }, signal);
}

async function paged(
  { reads, now }: CandleSources,
  { count, ...query }: { pair: Pair; timeframe: Timeframe; priority: 'prefetch'; count: number },
  signal: AbortSignal,
): Promise<readonly Candle[]> {
  const periodMs = timeframeMs(query.timeframe);
  const found: Candle[] = [];
  let sinceMs = candleOpenMs(query.timeframe, now()) - count * periodMs;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const next = await reads.candles({ ...query, sinceMs, limit: PAGE }, signal);
    // A venue that ignores where to begin would give the same page for ever.
    const later = next.filter(({ openMs }) => openMs >= sinceMs);
    const last = later.at(-1);
    if (last === undefined) break;
    found.push(...later);
    sinceMs = last.openMs + periodMs;
    if (sinceMs + periodMs > now()) break;
  }
  return found.slice(-count);
}
