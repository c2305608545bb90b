/**
 * Candlestick patterns to TA-Lib's published definitions. They are ours because no maintained
 * package agrees with TA-Lib. Crypto trades without pause, so a candle mostly opens where the last
 * one closed: patterns that need a gap are rare here, and mean more when they come.
 */
import type { Candle } from '#core/model/candle.ts';
import {
  darkCloudCover,
  dojiStar,
  engulfing,
  harami,
  haramiCross,
  kicking,
  piercing,
  tweezersBottom,
  tweezersTop,
} from './pairs.ts';
import type { Direction, Pattern } from './pattern.ts';
import { SETTING_CANDLES, windowAt } from './shape.ts';
import {
  doji,
  dragonflyDoji,
  gravestoneDoji,
  hammer,
  hangingMan,
  invertedHammer,
  longLeggedDoji,
  marubozu,
  shootingStar,
  spinningTop,
} from './single.ts';
import {
  abandonedBaby,
  eveningDojiStar,
  eveningStar,
  morningDojiStar,
  morningStar,
  threeBlackCrows,
  threeInside,
  threeOutside,
  threeWhiteSoldiers,
} from './triples.ts';

export const PATTERNS: readonly Pattern[] = [
  doji,
  dragonflyDoji,
  gravestoneDoji,
  longLeggedDoji,
  marubozu,
  spinningTop,
  hammer,
  hangingMan,
  invertedHammer,
  shootingStar,
  engulfing,
  harami,
  haramiCross,
  piercing,
  darkCloudCover,
  tweezersTop,
  tweezersBottom,
  kicking,
  dojiStar,
  morningStar,
  eveningStar,
  morningDojiStar,
  eveningDojiStar,
  abandonedBaby,
  threeWhiteSoldiers,
  threeBlackCrows,
  threeInside,
  threeOutside,
];

/** Candles every pattern can be looked for with: the longest shape and what its settings need. */
export const PATTERN_CANDLES = SETTING_CANDLES + 4;

export interface FoundPattern {
  readonly name: string;
  readonly candles: number;
  readonly direction: Direction;
}

/**
 * Returns the patterns that end at the candle at `index` (default: the last one). A pattern with
 * too few candles before it is not looked for.
 */
export function findPatterns(
  candles: readonly Candle[],
  index = candles.length - 1,
): FoundPattern[] {
  const window = windowAt(candles, index);
  const found: FoundPattern[] = [];
  for (const { name, candles: shape, find } of PATTERNS) {
    if (window.length < shape + SETTING_CANDLES) continue;
    const direction = find(window);
    if (direction !== undefined) found.push({ name, candles: shape, direction });
  }
  return found;
}
