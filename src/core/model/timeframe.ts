import { z } from 'zod';

/** Candle lengths the desk can trade on; all divide a UTC day. */
export const Timeframe = z.enum([
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
]);
export type Timeframe = z.output<typeof Timeframe>;

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Length of one candle in milliseconds. */
export function timeframeMs(timeframe: Timeframe): number {
  const unitMs = UNIT_MS[timeframe.slice(-1)];
  if (unitMs === undefined) throw new Error(`no unit in timeframe ${timeframe}`);
  return Number(timeframe.slice(0, -1)) * unitMs;
}

/** Open time of the candle that contains `atMs`. */
export function candleOpenMs(timeframe: Timeframe, atMs: number): number {
  return Math.floor(atMs / timeframeMs(timeframe)) * timeframeMs(timeframe);
}

const HIGHER: Readonly<Record<Timeframe, readonly Timeframe[]>> = {
  '1s': ['1m', '5m'],
  '1m': ['5m', '15m'],
  '3m': ['15m', '1h'],
  '5m': ['15m', '1h'],
  '15m': ['1h', '4h'],
  '30m': ['2h', '8h'],
  '1h': ['4h', '1d'],
  '2h': ['8h', '1d'],
  '4h': ['12h', '1d'],
  '6h': ['1d'],
  '8h': ['1d'],
  '12h': ['1d'],
  '1d': [],
};

/** The longer timeframes the committee looks at beside `timeframe`; the data agent keeps them. */
export function higherTimeframes(timeframe: Timeframe): readonly Timeframe[] {
  return HIGHER[timeframe];
}
