/** Patterns of one candle, some judged by where they stand against the one before. */
import type { Pattern } from './pattern.ts';
import {
  type Window,
  body,
  bodyBottom,
  isBodyGapUp,
  isWhite,
  lowerShadow,
  upperShadow,
} from './shape.ts';

function isDoji(w: Window): boolean {
  return body(w.at(0)) <= w.limit('bodyDoji', 0);
}

function hasUpper(w: Window): boolean {
  return upperShadow(w.at(0)) >= w.limit('shadowVeryShort', 0);
}

function hasLower(w: Window): boolean {
  return lowerShadow(w.at(0)) >= w.limit('shadowVeryShort', 0);
}

/** Open and close are (nearly) the same. */
export const doji: Pattern = {
  name: 'doji',
  candles: 1,
  find: (w) => (isDoji(w) ? 'neutral' : undefined),
};

/** A doji at the top of its range: sellers pushed, buyers took it all back. */
export const dragonflyDoji: Pattern = {
  name: 'dragonfly-doji',
  candles: 1,
  find: (w) => (isDoji(w) && !hasUpper(w) && hasLower(w) ? 'bullish' : undefined),
};

/** A doji at the bottom of its range. */
export const gravestoneDoji: Pattern = {
  name: 'gravestone-doji',
  candles: 1,
  find: (w) => (isDoji(w) && hasUpper(w) && !hasLower(w) ? 'bearish' : undefined),
};

/** A doji with a shadow longer than its body. */
export const longLeggedDoji: Pattern = {
  name: 'long-legged-doji',
  candles: 1,
  find: (w) => {
    const longest = Math.max(upperShadow(w.at(0)), lowerShadow(w.at(0)));
    return isDoji(w) && longest > w.limit('shadowLong', 0) ? 'neutral' : undefined;
  },
};

/** A long body with next to no shadows. */
export const marubozu: Pattern = {
  name: 'marubozu',
  candles: 1,
  find: (w) => {
    const isLong = body(w.at(0)) > w.limit('bodyLong', 0);
    if (!isLong || hasUpper(w) || hasLower(w)) return undefined;
    return isWhite(w.at(0)) ? 'bullish' : 'bearish';
  },
};

/** A short body between two shadows that are longer. */
export const spinningTop: Pattern = {
  name: 'spinning-top',
  candles: 1,
  find: (w) => {
    const candle = w.at(0);
    const size = body(candle);
    const isTop =
      size < w.limit('bodyShort', 0) && upperShadow(candle) > size && lowerShadow(candle) > size;
    return isTop ? 'neutral' : undefined;
  },
};

/** Short body, long lower shadow, next to no upper one. */
function hangsDown(w: Window): boolean {
  return (
    body(w.at(0)) < w.limit('bodyShort', 0) &&
    lowerShadow(w.at(0)) > w.limit('shadowLong', 0) &&
    !hasUpper(w)
  );
}

/** Short body, long upper shadow, next to no lower one. */
function standsUp(w: Window): boolean {
  return (
    body(w.at(0)) < w.limit('bodyShort', 0) &&
    upperShadow(w.at(0)) > w.limit('shadowLong', 0) &&
    !hasLower(w)
  );
}

/** Hanging shape at or below the low before. */
export const hammer: Pattern = {
  name: 'hammer',
  candles: 2,
  find: (w) =>
    hangsDown(w) && bodyBottom(w.at(0)) <= w.at(1).low + w.limit('near', 1) ? 'bullish' : undefined,
};

/** Hanging shape at or above the high before. */
export const hangingMan: Pattern = {
  name: 'hanging-man',
  candles: 2,
  find: (w) =>
    hangsDown(w) && bodyBottom(w.at(0)) >= w.at(1).high - w.limit('near', 1)
      ? 'bearish'
      : undefined,
};

/** Standing shape whose body gapped down. */
export const invertedHammer: Pattern = {
  name: 'inverted-hammer',
  candles: 2,
  find: (w) => (standsUp(w) && isBodyGapUp(w.at(1), w.at(0)) ? 'bullish' : undefined),
};

/** Standing shape whose body gapped up. */
export const shootingStar: Pattern = {
  name: 'shooting-star',
  candles: 2,
  find: (w) => (standsUp(w) && isBodyGapUp(w.at(0), w.at(1)) ? 'bearish' : undefined),
};
