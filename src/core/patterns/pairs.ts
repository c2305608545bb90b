/** Patterns of two candles. */
import type { Pattern } from './pattern.ts';
import {
  type Window,
  body,
  bodyBottom,
  bodyTop,
  isBlack,
  isBodyGapUp,
  isGapUp,
  isWhite,
  lowerShadow,
  upperShadow,
} from './shape.ts';

/** A body that covers the opposite body before it; one end may be equal. */
export const engulfing: Pattern = {
  name: 'engulfing',
  candles: 2,
  find: (w) => {
    const [now, before] = [w.at(0), w.at(1)];
    if (isWhite(now) === isWhite(before)) return undefined;
    const covers =
      (bodyTop(now) >= bodyTop(before) && bodyBottom(now) < bodyBottom(before)) ||
      (bodyTop(now) > bodyTop(before) && bodyBottom(now) <= bodyBottom(before));
    if (!covers) return undefined;
    return isWhite(now) ? 'bullish' : 'bearish';
  },
};

/** A body of at most `limit` strictly inside the long body before it. */
function inside(w: Window, setting: 'bodyShort' | 'bodyDoji') {
  const [now, before] = [w.at(0), w.at(1)];
  const isInside =
    body(before) > w.limit('bodyLong', 1) &&
    body(now) <= w.limit(setting, 0) &&
    bodyTop(now) < bodyTop(before) &&
    bodyBottom(now) > bodyBottom(before);
  if (!isInside) return undefined;
  return isBlack(before) ? 'bullish' : 'bearish';
}

/** A short body inside a long one: the move before has lost its breath. */
export const harami: Pattern = {
  name: 'harami',
  candles: 2,
  find: (w) => inside(w, 'bodyShort'),
};

/** A doji inside a long body. */
export const haramiCross: Pattern = {
  name: 'harami-cross',
  candles: 2,
  find: (w) => inside(w, 'bodyDoji'),
};

function areLong(w: Window): boolean {
  return body(w.at(1)) > w.limit('bodyLong', 1) && body(w.at(0)) > w.limit('bodyLong', 0);
}

/** Opens below the low of a long black candle and closes in the upper half of its body. */
export const piercing: Pattern = {
  name: 'piercing',
  candles: 2,
  find: (w) => {
    const [now, before] = [w.at(0), w.at(1)];
    const isPiercing =
      isBlack(before) &&
      isWhite(now) &&
      areLong(w) &&
      now.open < before.low &&
      now.close < before.open &&
      now.close > before.close + body(before) * 0.5;
    return isPiercing ? 'bullish' : undefined;
  },
};

/** Opens above the high of a long white candle and closes in the lower half of its body. */
export const darkCloudCover: Pattern = {
  name: 'dark-cloud-cover',
  candles: 2,
  find: (w) => {
    const [now, before] = [w.at(0), w.at(1)];
    const isCover =
      isWhite(before) &&
      isBlack(now) &&
      // TA-Lib asks a long first candle only; the second's length follows from its two ends.
      body(before) > w.limit('bodyLong', 1) &&
      now.open > before.high &&
      now.close > before.open &&
      now.close < before.close - body(before) * 0.5;
    return isCover ? 'bearish' : undefined;
  },
};

/** A white and a black candle that turn at the same high (not in TA-Lib; its "equal" is used). */
export const tweezersTop: Pattern = {
  name: 'tweezers-top',
  candles: 2,
  find: (w) => {
    const [now, before] = [w.at(0), w.at(1)];
    const isTurn = isWhite(before) && isBlack(now) && body(before) > w.limit('bodyLong', 1);
    return isTurn && Math.abs(now.high - before.high) <= w.limit('equal', 1)
      ? 'bearish'
      : undefined;
  },
};

/** A black and a white candle that turn at the same low. */
export const tweezersBottom: Pattern = {
  name: 'tweezers-bottom',
  candles: 2,
  find: (w) => {
    const [now, before] = [w.at(0), w.at(1)];
    const isTurn =
      isBlack(before) &&
      isWhite(now) &&
      now.close > now.open &&
      body(before) > w.limit('bodyLong', 1);
    return isTurn && Math.abs(now.low - before.low) <= w.limit('equal', 1) ? 'bullish' : undefined;
  },
};

function isMarubozu(w: Window, age: number): boolean {
  const veryShort = w.limit('shadowVeryShort', age);
  return (
    body(w.at(age)) > w.limit('bodyLong', age) &&
    upperShadow(w.at(age)) < veryShort &&
    lowerShadow(w.at(age)) < veryShort
  );
}

/** Two marubozu of opposite colours with a gap between them. */
export const kicking: Pattern = {
  name: 'kicking',
  candles: 2,
  find: (w) => {
    if (isWhite(w.at(0)) === isWhite(w.at(1)) || !isMarubozu(w, 0) || !isMarubozu(w, 1)) {
      return undefined;
    }
    if (isWhite(w.at(0))) return isGapUp(w.at(0), w.at(1)) ? 'bullish' : undefined;
    return isGapUp(w.at(1), w.at(0)) ? 'bearish' : undefined;
  },
};

/** A doji that gapped away from a long body, in the direction of that body. */
export const dojiStar: Pattern = {
  name: 'doji-star',
  candles: 2,
  find: (w) => {
    const [now, before] = [w.at(0), w.at(1)];
    const isDojiAfterLong =
      body(before) > w.limit('bodyLong', 1) && body(now) <= w.limit('bodyDoji', 0);
    if (!isDojiAfterLong) return undefined;
    if (isWhite(before)) return isBodyGapUp(now, before) ? 'bearish' : undefined;
    return isBodyGapUp(before, now) ? 'bullish' : undefined;
  },
};
