import type { KlineInterval } from '../world.ts';

const INTERVALS: readonly KlineInterval[] = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
];

/** Case matters to the venue: `1M` is a month, which this exchange does not serve. */
export function parseInterval(name: string): KlineInterval | undefined {
  return INTERVALS.find((interval) => interval === name);
}
