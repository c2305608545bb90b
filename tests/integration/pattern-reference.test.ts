/**
 * Our candlestick patterns against the cases of Tulip Indicators, where its definition and
 * TA-Lib's mean the same thing. The file lies beside the repository; without it this is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { findPatterns } from '#core/patterns/find-patterns.ts';

const FILE = new URL('../../../shared/data/reference/tulip/candles.txt', import.meta.url);
const isPresent = existsSync(FILE);
const title = isPresent ? '' : ' (skipped: ../shared/data is absent)';

/**
 * Tulip's name: ours and the direction. Its morning stars are left out: it takes a third body of 1
 * where TA-Lib asks more than the average of the ten before, here 1.24.
 */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  doji: ['doji', 'neutral'],
  dragonfly_doji: ['dragonfly-doji', 'bullish'],
  gravestone_doji: ['gravestone-doji', 'bearish'],
  long_legged_doji: ['long-legged-doji', 'neutral'],
  white_marubozu: ['marubozu', 'bullish'],
  black_marubozu: ['marubozu', 'bearish'],
  spinning_top: ['spinning-top', 'neutral'],
  hammer: ['hammer', 'bullish'],
  hanging_man: ['hanging-man', 'bearish'],
  inverted_hammer: ['inverted-hammer', 'bullish'],
  engulfing_bull: ['engulfing', 'bullish'],
  engulfing_bear: ['engulfing', 'bearish'],
  three_white_soldiers: ['three-white-soldiers', 'bullish'],
  three_black_crows: ['three-black-crows', 'bearish'],
  evening_star: ['evening-star', 'bearish'],
  evening_doji_star: ['evening-doji-star', 'bearish'],
  abandoned_baby_bear: ['abandoned-baby', 'bearish'],
};

interface Case {
  readonly pattern: string;
  readonly direction: string;
  readonly isThere: boolean;
  readonly index: number;
  readonly candles: readonly Candle[];
}

function casesOf(text: string): Case[] {
  return text.split(/^candle$/m).flatMap((block) => {
    const rows = [...block.matchAll(/\{([^}]*)\}/g)].map(([, list = '']) =>
      list.split(',').map(Number),
    );
    const [opens = [], highs = [], lows = [], closes = []] = rows;
    const candles = opens.map((open, index) => ({
      openMs: index * 60_000,
      open,
      high: highs[index] ?? 0,
      low: lows[index] ?? 0,
      close: closes[index] ?? 0,
      volume: 1,
    }));
    return [...block.matchAll(/^(!?)([a-z_]+)((?: \d+)+)$/gm)].flatMap(
      ([, no, name = '', list = '']) => {
        const ours = NAMES[name];
        if (ours === undefined) return [];
        const indexes = list.trim().split(' ').map(Number);
        const [pattern, direction] = ours;
        return indexes.map((index) => ({ pattern, direction, isThere: no === '', index, candles }));
      },
    );
  });
}

const cases = isPresent ? casesOf(readFileSync(FILE, 'utf8')) : [];

describe.runIf(isPresent)(`patterns agree with Tulip${title}`, () => {
  test('the file covers most of the names', () => {
    expect(new Set(cases.map((c) => `${c.pattern} ${c.direction}`)).size).toBe(17);
  });

  test.each(cases)('$direction $pattern at $index: $isThere', (c) => {
    const found = findPatterns(c.candles, c.index);

    const isFound = found.some((f) => f.name === c.pattern && f.direction === c.direction);
    expect(isFound, JSON.stringify(found)).toBe(c.isThere);
  });
});
