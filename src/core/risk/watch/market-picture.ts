/** From hourly candles: how much each pair moves in a day, and how the pairs move together. */
import type { Candle } from '#core/model/candle.ts';
import type { Pair } from '#core/model/pair.ts';
import { correlationOf, ledoitWolf } from '../measure/correlation.ts';
import { alignedReturns, logReturns } from '../measure/returns.ts';
import { ewmaVolatility } from '../measure/volatility.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** Half a day of memory: 0.97 ^ 23 hours is one half. RiskMetrics' 0.94 is for days. */
const HOURLY_LAMBDA = 0.97;
/** A pair with fewer hours of history is young: nobody knows yet how it moves with others. */
const HOURS_MIN = 72;
/**
 * So is one with less than this part of the longest history, or that has not traded for a day: only the
 * hours that all have can be put beside each other, and it would take the others' away.
 */
const HOURS_PART = 0.5;
const QUIET_MS = 24 * HOUR_MS;
/** From so many on they can show that it is wilder than it is taken for. */
const HOURS_SOME = 6;
/** What a young pair is taken for: a volatile one that moves with everything. */
const YOUNG_VOLATILITY = 0.15;
const YOUNG_CORRELATION = 0.95;

export interface PairHistory {
  readonly pair: Pair;
  /** Hourly, oldest first. */
  readonly candles: readonly Candle[];
}

export interface MarketPicture {
  readonly pairs: readonly Pair[];
  /** Of one day. */
  readonly volatilities: readonly number[];
  readonly correlation: readonly (readonly number[])[];
  /** Quote amount of the last day, or of as much of it as there is; undefined without any candle. */
  readonly dailyVolumes: readonly (number | undefined)[];
  /** Hourly log returns of the pairs that are not young, over the hours all of them have. */
  readonly returns: ReadonlyMap<Pair, readonly number[]>;
}

export function marketPicture(histories: readonly PairHistory[]): MarketPicture {
  const pairs = histories.map(({ pair }) => pair);
  const grown = grownOf(histories);
  const rows = alignedReturns(
    grown.map(({ candles }) => candles),
    HOUR_MS,
  );
  const isKnown = grown.length > 0 && (rows[0]?.length ?? 0) >= HOURS_MIN / 2;
  const shared = isKnown && grown.length > 1 ? correlationOf(ledoitWolf(rows).covariance) : [[1]];
  const placeOf = new Map(isKnown ? grown.map(({ pair }, place) => [pair, place] as const) : []);
  return {
    pairs,
    volatilities: histories.map(({ candles }) => dayVolatility(candles)),
    correlation: pairs.map((one, i) =>
      pairs.map((other, j) => {
        if (i === j) return 1;
        const [a, b] = [placeOf.get(one), placeOf.get(other)];
        return a === undefined || b === undefined
          ? YOUNG_CORRELATION
          : (shared[a]?.[b] ?? YOUNG_CORRELATION);
      }),
    ),
    dailyVolumes: histories.map(({ candles }) => dayVolume(candles)),
    returns: new Map(isKnown ? grown.map(({ pair }, place) => [pair, rows[place] ?? []]) : []),
  };
}

function grownOf(histories: readonly PairHistory[]): readonly PairHistory[] {
  const longest = Math.max(0, ...histories.map(({ candles }) => candles.length));
  const hours = Math.max(HOURS_MIN, HOURS_PART * longest);
  const lastOf = ({ candles }: PairHistory) => candles.at(-1)?.openMs ?? 0;
  const newestMs = Math.max(0, ...histories.map(lastOf));
  return histories.filter(
    (history) => history.candles.length > hours && newestMs - lastOf(history) <= QUIET_MS,
  );
}

function dayVolatility(candles: readonly Candle[]): number {
  if (candles.length <= HOURS_SOME) return YOUNG_VOLATILITY;
  const returns = logReturns(candles.map(({ close }) => close));
  const found = ewmaVolatility(returns, { lambda: HOURLY_LAMBDA }) * Math.sqrt(HOURS);
  return candles.length > HOURS_MIN ? found : Math.max(found, YOUNG_VOLATILITY);
}

function dayVolume(candles: readonly Candle[]): number | undefined {
  if (candles.length === 0) return undefined;
  return candles.slice(-HOURS).reduce((sum, { volume, close }) => sum + volume * close, 0);
}
