/** Patterns of three candles (three black crows look at a fourth). */
import type { Direction, Pattern } from './pattern.ts';
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
import { engulfing } from './pairs.ts';

/** TA-Lib's default: the third body must take back this share of the first. */
const STAR_PENETRATION = 0.3;

type Middle = 'bodyShort' | 'bodyDoji';

/** Long black, small body gapped below it, white that closes well into the first. */
function morning(w: Window, middle: Middle): boolean {
  const [third, second, first] = [w.at(0), w.at(1), w.at(2)];
  return (
    isBlack(first) &&
    body(first) > w.limit('bodyLong', 2) &&
    body(second) <= w.limit(middle, 1) &&
    isBodyGapUp(first, second) &&
    isWhite(third) &&
    body(third) > w.limit('bodyShort', 0) &&
    third.close > first.close + body(first) * STAR_PENETRATION
  );
}

/** Long white, small body gapped above it, black that closes well into the first. */
function evening(w: Window, middle: Middle): boolean {
  const [third, second, first] = [w.at(0), w.at(1), w.at(2)];
  return (
    isWhite(first) &&
    body(first) > w.limit('bodyLong', 2) &&
    body(second) <= w.limit(middle, 1) &&
    isBodyGapUp(second, first) &&
    isBlack(third) &&
    body(third) > w.limit('bodyShort', 0) &&
    third.close < first.close - body(first) * STAR_PENETRATION
  );
}

export const morningStar: Pattern = {
  name: 'morning-star',
  candles: 3,
  find: (w) => (morning(w, 'bodyShort') ? 'bullish' : undefined),
};

export const eveningStar: Pattern = {
  name: 'evening-star',
  candles: 3,
  find: (w) => (evening(w, 'bodyShort') ? 'bearish' : undefined),
};

export const morningDojiStar: Pattern = {
  name: 'morning-doji-star',
  candles: 3,
  find: (w) => (morning(w, 'bodyDoji') ? 'bullish' : undefined),
};

export const eveningDojiStar: Pattern = {
  name: 'evening-doji-star',
  candles: 3,
  find: (w) => (evening(w, 'bodyDoji') ? 'bearish' : undefined),
};

/** A doji star that even the shadows leave alone on both sides. */
export const abandonedBaby: Pattern = {
  name: 'abandoned-baby',
  candles: 3,
  find: (w) => {
    const [third, second, first] = [w.at(0), w.at(1), w.at(2)];
    if (morning(w, 'bodyDoji') && isGapUp(first, second) && isGapUp(third, second)) {
      return 'bullish';
    }
    if (evening(w, 'bodyDoji') && isGapUp(second, first) && isGapUp(second, third)) {
      return 'bearish';
    }
    return undefined;
  },
};

/** Three white bodies, each opening inside or near the one before and closing at its high. */
export const threeWhiteSoldiers: Pattern = {
  name: 'three-white-soldiers',
  candles: 3,
  find: (w) => {
    const isMarch = [0, 1, 2].every(
      (age) => isWhite(w.at(age)) && upperShadow(w.at(age)) < w.limit('shadowVeryShort', age),
    );
    if (!isMarch || body(w.at(0)) <= w.limit('bodyShort', 0)) return undefined;
    const follows = (age: number): boolean => {
      const [now, before] = [w.at(age), w.at(age + 1)];
      return (
        now.close > before.close &&
        now.open > before.open &&
        now.open <= before.close + w.limit('near', age + 1) &&
        body(now) > body(before) - w.limit('far', age + 1)
      );
    };
    return follows(0) && follows(1) ? 'bullish' : undefined;
  },
};

/** After a white candle three black ones, each opening inside the one before, closing at its low. */
export const threeBlackCrows: Pattern = {
  name: 'three-black-crows',
  candles: 4,
  find: (w) => {
    const isFlight = [0, 1, 2].every(
      (age) => isBlack(w.at(age)) && lowerShadow(w.at(age)) < w.limit('shadowVeryShort', age),
    );
    if (!isFlight || isBlack(w.at(3)) || w.at(3).high <= w.at(2).close) return undefined;
    const follows = (age: number): boolean => {
      const [now, before] = [w.at(age), w.at(age + 1)];
      return now.open < before.open && now.open > before.close && now.close < before.close;
    };
    return follows(0) && follows(1) ? 'bearish' : undefined;
  },
};

/** A harami that the third candle confirms by closing beyond the first one's open. */
export const threeInside: Pattern = {
  name: 'three-inside',
  candles: 3,
  find: (w) => {
    const [third, second, first] = [w.at(0), w.at(1), w.at(2)];
    const isHarami =
      body(first) > w.limit('bodyLong', 2) &&
      body(second) <= w.limit('bodyShort', 1) &&
      bodyTop(second) < bodyTop(first) &&
      bodyBottom(second) > bodyBottom(first);
    if (!isHarami) return undefined;
    if (isBlack(first)) return isWhite(third) && third.close > first.open ? 'bullish' : undefined;
    return isBlack(third) && third.close < first.open ? 'bearish' : undefined;
  },
};

/** An engulfing that the third candle confirms by closing further. */
export const threeOutside: Pattern = {
  name: 'three-outside',
  candles: 3,
  find: (w) => {
    const before: Window = {
      length: w.length - 1,
      at: (age) => w.at(age + 1),
      limit: (setting, age) => w.limit(setting, age + 1),
    };
    const first: Direction | undefined = engulfing.find(before);
    if (first === 'bullish' && w.at(0).close > w.at(1).close) return 'bullish';
    if (first === 'bearish' && w.at(0).close < w.at(1).close) return 'bearish';
    return undefined;
  },
};
