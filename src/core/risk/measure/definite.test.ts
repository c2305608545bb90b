import { expect, it } from 'vitest';
import { definiteCorrelation } from './definite.ts';
import { choleskyRoot } from './stress.ts';

it('leaves correlations alone that belong together', () => {
  const measured = [
    [1, 0.7, -0.2],
    [0.7, 1, 0.3],
    [-0.2, 0.3, 1],
  ];

  expect(definiteCorrelation(measured)).toBe(measured);
});

it('moves what cannot be towards what can, no further than it has to', () => {
  const found = definiteCorrelation([
    [1, 0, 0.95],
    [0, 1, 0.95],
    [0.95, 0.95, 1],
  ]);

  expect(Math.min(...choleskyRoot(found).map((row, i) => row[i] ?? 0))).toBeGreaterThan(0);
  expect(found[0]?.[0]).toBe(1);
  expect(found[0]?.[2]).toBeCloseTo(0.95, 12);
  // Two that move by 0.95 with a third move by 0.805 with each other at least.
  expect(found[0]?.[1]).toBeGreaterThan(0.805);
  expect(found[0]?.[1]).toBeLessThan(0.86);
});

it('takes twins a little apart', () => {
  const [[, between] = []] = definiteCorrelation([
    [1, 1],
    [1, 1],
  ]);

  expect(between).toBeLessThan(1);
  expect(between).toBeGreaterThan(0.99);
});
