import type { Candle } from '#core/model/candle.ts';

/** The newest closed candles of one pair and timeframe, oldest first. A kept candle never changes. */
export interface CandleRing {
  /** `revised`: a different candle came for a closed period; it is counted, not taken. */
  push(candle: Candle): 'appended' | 'duplicate' | 'revised' | 'old';
  last(): Candle | undefined;
  all(): readonly Candle[];
  /** Those that open in [fromMs, toMs). */
  between(fromMs: number, toMs: number): readonly Candle[];
}

export function createCandleRing(capacity: number): CandleRing {
  let candles: Candle[] = [];

  function indexOf(openMs: number): number {
    let low = 0;
    let high = candles.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((candles[middle]?.openMs ?? Infinity) < openMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function push(candle: Candle): 'appended' | 'duplicate' | 'revised' | 'old' {
    const last = candles.at(-1);
    if (last === undefined || candle.openMs > last.openMs) {
      candles.push(candle);
      // Readers hold the array they were given, so old ones are cut by a new array, not in place.
      if (candles.length > capacity) candles = candles.slice(-capacity);
      return 'appended';
    }
    const kept = candles[indexOf(candle.openMs)];
    if (kept?.openMs !== candle.openMs) return 'old';
    return isSame(kept, candle) ? 'duplicate' : 'revised';
  }

  return {
    push,
    last: () => candles.at(-1),
    all: () => candles.slice(),
    between: (fromMs, toMs) => candles.slice(indexOf(fromMs), indexOf(toMs)),
  };
}

function isSame(a: Candle, b: Candle): boolean {
  return (
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume
  );
}
