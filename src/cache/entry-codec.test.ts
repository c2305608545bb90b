import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candleKey } from './candle-key.ts';
import { packEntry, unpackEntry } from './entry-codec.ts';
import { candleHistory, marketTickers } from './kinds.ts';
import { MarketTicker } from '#core/model/market-ticker.ts';
import { Pair } from '#core/model/pair.ts';

const KEY = candleKey(Pair.parse('BTC/USDT'), '1h', 500);
const HEAD = { ttlMs: 1_000, staleMs: 50, costMs: 2.5 };
const candles = Array.from({ length: 60 }, (_, i) => ({
  openMs: i * 3_600_000,
  open: 1 + i,
  high: 2 + i,
  low: 1,
  close: 1.5,
  volume: i,
}));
const body = candleHistory.codec.encode(candles, KEY);

describe('an entry', () => {
  it.each([true, false])('reads back as it was written (compressed: %s)', (isCompressed) => {
    const packed = packEntry(HEAD, body, isCompressed);

    const unpacked = unpackEntry(candleHistory, KEY, packed);

    expect(unpacked).toMatchObject({
      kind: 'entry',
      entry: { ...HEAD, content: { kind: 'value', value: candles } },
    });
    expect(packed.length < body.length).toBe(isCompressed);
  });

  it('may be a failure', () => {
    const failure = { code: 'venue-unknown-symbol', message: 'no such pair' };
    const unpacked = unpackEntry(
      marketTickers,
      'all',
      packEntry({ ...HEAD, failure }, undefined, true),
    );

    expect(unpacked).toMatchObject({ entry: { content: { kind: 'failure', failure } } });
  });

  it('that was damaged is invalid or of its kind, and never an exception', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.nat(), fc.nat(255), (isCompressed, at, byte) => {
        const bytes = packEntry(HEAD, body, isCompressed);
        bytes[at % bytes.length] = byte;

        const damaged = unpackEntry(candleHistory, KEY, bytes);
        const short = unpackEntry(candleHistory, KEY, bytes.subarray(0, at % bytes.length));

        expect(['entry', 'invalid']).toContain(damaged.kind);
        expect(short.kind).toBe('invalid');
      }),
    );
  });

  it('holds what its kind allows and nothing else', () => {
    const ticker = { pair: 'BTC/USDT', last: 1, quoteVolume24h: 1, changeFraction24h: 0, atMs: 1 };
    const read = (value: unknown): string =>
      unpackEntry(marketTickers, 'all', packEntry(HEAD, Buffer.from(JSON.stringify(value)), false))
        .kind;

    expect(read([MarketTicker.parse(ticker)])).toBe('entry');
    expect(read([{ ...ticker, last: -1 }])).toBe('invalid');
    expect(read([{ ...ticker, other: 1 }])).toBe('invalid');
    expect(read({})).toBe('invalid');
  });
});
