import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EquityPicture, equitySvg } from './equity-svg.ts';

function pictureOf(values: readonly number[], title = 'day'): EquityPicture {
  return {
    title,
    quoteAsset: 'USDT',
    points: values.map((equity, n) => ({ atMs: n * 60_000, equity })),
    dayText: (atMs) => String(atMs),
  };
}

describe('equitySvg', () => {
  it('draws nothing of a single moment', () => {
    expect(equitySvg(pictureOf([]))).toBeUndefined();
    expect(equitySvg(pictureOf([1]))).toBeUndefined();
  });

  it('keeps every point within the plot, whatever the values are', () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), {
      minLength: 2,
      maxLength: 50,
    });
    fc.assert(
      fc.property(values, (some) => {
        const svg = equitySvg(pictureOf(some)) ?? '';
        const line = /<polyline points="([^"]+)"/.exec(svg)?.[1] ?? '';
        const points = line.split(' ').map((point) => point.split(',').map(Number));
        expect(points).toHaveLength(some.length);
        for (const [x = Number.NaN, y = Number.NaN] of points) {
          expect(x).toBeGreaterThanOrEqual(84);
          expect(x).toBeLessThanOrEqual(776);
          expect(y).toBeGreaterThanOrEqual(64);
          expect(y).toBeLessThanOrEqual(372);
        }
      }),
    );
  });

  it('shows a loss in another colour than a gain', () => {
    const colourOf = (svg = ''): string => /<polyline[^>]+stroke="(#\w+)"/.exec(svg)?.[1] ?? '';

    expect(colourOf(equitySvg(pictureOf([2, 1])))).not.toBe(colourOf(equitySvg(pictureOf([1, 2]))));
  });

  it('escapes what stands in its title', () => {
    expect(equitySvg(pictureOf([1, 2], '<b>&'))).toContain('&lt;b&gt;&amp;');
  });
});
