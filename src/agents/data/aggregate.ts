import type { Candle } from '#core/model/candle.ts';

/** One candle out of the shorter ones inside it, oldest first; undefined when there is none. */
export function aggregate(candles: readonly Candle[], openMs: number): Candle | undefined {
  const [first] = candles;
  const last = candles.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let { high, low } = first;
  let volume = 0;
  for (const candle of candles) {
    high = Math.max(high, candle.high);
    low = Math.min(low, candle.low);
    volume += candle.volume;
  }
  return { openMs, open: first.open, high, low, close: last.close, volume };
}

/**
 * Open times of the longer periods that are over once the base is closed up to `closeMs`, from
 * `nextOpenMs` on. Periods divide the UTC day, so the calendar is plain division.
 */
export function endedPeriods(
  nextOpenMs: number,
  closeMs: number,
  periodMs: number,
): readonly number[] {
  const opens: number[] = [];
  for (let openMs = nextOpenMs; openMs + periodMs <= closeMs; openMs += periodMs) {
    opens.push(openMs);
  }
  return opens;
}
