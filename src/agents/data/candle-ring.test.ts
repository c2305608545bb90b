import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { createCandleRing } from './candle-ring.ts';

const at = (openMs: number, close = 5): Candle => ({
  openMs,
  open: 5,
  high: 9,
  low: 1,
  close,
  volume: 1,
});

describe('createCandleRing', () => {
  it('keeps the newest candles up to its capacity', () => {
    const ring = createCandleRing(3);
    for (const openMs of [1, 2, 3, 4, 5]) ring.push(at(openMs));

    expect(ring.all().map(({ openMs }) => openMs)).toEqual([3, 4, 5]);
    expect(ring.last()?.openMs).toBe(5);
  });

  it('tells duplicates, revisions and unknown old candles apart and keeps what it has', () => {
    const ring = createCandleRing(5);
    for (const openMs of [10, 20, 40]) ring.push(at(openMs));

    expect(ring.push(at(20))).toBe('duplicate');
    expect(ring.push(at(20, 6))).toBe('revised');
    expect(ring.push(at(30))).toBe('old');
    expect(ring.push(at(50))).toBe('appended');
    expect(ring.all().map(({ openMs, close }) => [openMs, close])).toEqual([
      [10, 5],
      [20, 5],
      [40, 5],
      [50, 5],
    ]);
  });

  it('gives the candles of a span', () => {
    const ring = createCandleRing(5);
    for (const openMs of [10, 20, 30, 40]) ring.push(at(openMs));

    expect(ring.between(20, 40).map(({ openMs }) => openMs)).toEqual([20, 30]);
    expect(ring.between(41, 90)).toEqual([]);
  });

  it('does not change an array it has given away', () => {
    const ring = createCandleRing(2);
    ring.push(at(1));
    ring.push(at(2));
    const given = ring.all();

    ring.push(at(3));

    expect(given.map(({ openMs }) => openMs)).toEqual([1, 2]);
  });
});
