import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { decodeSeries, encodeSeries } from './series-codec.ts';

const pair = Pair.parse('BTC/USDT');
const price = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
const candles = fc
  .array(
    fc.record({
      open: price,
      high: price,
      low: price,
      close: price,
      volume: fc.double({ min: 0, max: 1e12, noNaN: true }),
      stepMs: fc.integer({ min: 1, max: 86_400_000 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) => {
    let openMs = 1_600_000_000_000;
    return rows.map(({ stepMs, volume, ...rest }) => {
      openMs += stepMs;
      // -0 has no place in a volume and no equal in JSON.
      return { openMs, ...rest, volume: volume + 0 };
    });
  });

describe('series codec', () => {
  test('what is decoded is what was encoded, compressed or not', () => {
    fc.assert(
      fc.property(candles, fc.boolean(), (rows, isCompressed) => {
        const series = { pair, timeframe: '1m' as const, candles: rows };

        const decoded = decodeSeries(encodeSeries(series, isCompressed));

        expect(decoded).toEqual({ kind: 'series', series });
      }),
    );
  });

  test('damaged bytes are invalid or a well-formed series, never an exception', () => {
    fc.assert(
      fc.property(candles, fc.boolean(), fc.nat(), fc.nat(255), (rows, isCompressed, at, byte) => {
        const bytes = encodeSeries({ pair, timeframe: '1m', candles: rows }, isCompressed);
        bytes[at % bytes.length] = byte;

        expect(['series', 'invalid']).toContain(decodeSeries(bytes).kind);
        expect(decodeSeries(bytes.subarray(0, at % bytes.length)).kind).toBe('invalid');
      }),
    );
  });

  test('prices below zero and candles out of order are invalid', () => {
    const row = { openMs: 60_000, open: 1, high: 1, low: 1, close: 1, volume: 0 };
    const encode = (rows: (typeof row)[]): Buffer =>
      encodeSeries({ pair, timeframe: '1m', candles: rows }, true);

    expect(decodeSeries(encode([{ ...row, low: -1 }])).kind).toBe('invalid');
    expect(decodeSeries(encode([{ ...row, close: Number.NaN }])).kind).toBe('invalid');
    expect(decodeSeries(encode([row, row])).kind).toBe('invalid');
  });

  test('takes a candle exactly when its schema does', () => {
    const any = fc.oneof(
      fc.double(),
      fc.constantFrom(0, -0, -1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY),
      fc.integer({ min: 0 }),
    );
    const row = fc.record({ openMs: any, open: any, high: any, low: any, close: any, volume: any });
    fc.assert(
      fc.property(row, (candle) => {
        const bytes = encodeSeries({ pair, timeframe: '1m', candles: [candle] }, false);

        const isTaken = decodeSeries(bytes).kind === 'series';

        expect(isTaken).toBe(Candle.safeParse(candle).success);
      }),
      { numRuns: 2_000 },
    );
  });

  test('five hundred candles compress', () => {
    const rows = Array.from({ length: 500 }, (_, i) => ({
      openMs: i * 60_000,
      open: 60_000 + Math.round(Math.sin(i) * 1e4) / 100,
      high: 60_200.5,
      low: 59_800.25,
      close: 60_000 + Math.round(Math.cos(i) * 1e4) / 100,
      volume: (i % 17) * 0.125,
    }));
    const series = { pair, timeframe: '1m' as const, candles: rows };

    expect(encodeSeries(series, true).length).toBeLessThan(encodeSeries(series, false).length / 2);
  });
});
