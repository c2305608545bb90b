import { describe, expect, it } from 'vitest';
import { ownMetricsPort } from './own-port.ts';

describe('ownMetricsPort', () => {
  it.each([
    ['coordinator', 9_500],
    ['practice', 9_501],
    ['execution', 9_502],
    ['data', 9_503],
    ['gateway', 9_504],
    ['notifier', 9_505],
    ['trading-worker-1', 9_511],
    ['trading-worker-64', 9_574],
  ])('gives %s a place of its own', (instance, port) => {
    expect(ownMetricsPort(9_500, instance)).toBe(port);
  });

  it.each(['redis', 'trading-worker', 'trading-worker-x', 'trading-worker-100', 'toString'])(
    'has no place for %s',
    (instance) => {
      expect(ownMetricsPort(9_500, instance)).toBeUndefined();
    },
  );
});
