/**
 * Counts how long a price has stood still. Libraries answer a flat series with an extreme (RSI 100,
 * stochastic 0, Williams %R -100), so an illiquid coin would look overbought or oversold; with this
 * count the indicator says neutral instead.
 */
import type { Candle } from '#core/model/candle.ts';

/** Returns the number of last candles, this one included, whose closes are all equal. */
export function flatCloses(): (candle: Candle) => number {
  let run = 0;
  let price = 0;
  return ({ close }) => {
    run = run > 0 && close === price ? run + 1 : 1;
    price = close;
    return run;
  };
}

/** Returns the number of last candles, this one included, that had no range at one same price. */
export function flatRanges(): (candle: Candle) => number {
  let run = 0;
  let price = 0;
  return ({ high, low }) => {
    if (high !== low) run = 0;
    else run = run > 0 && high === price ? run + 1 : 1;
    price = high;
    return run;
  };
}
