import { describe, expect, it } from 'vitest';
import { isSound, parseMarketEvent } from './binance-events.ts';

const KLINE = {
  e: 'kline',
  E: 1_700_000_000_123,
  s: 'BTCUSDT',
  k: {
    t: 1_700_000_000_000,
    T: 1_700_000_059_999,
    s: 'BTCUSDT',
    i: '1m',
    o: '100.10',
    c: '101.00',
    h: '102.00',
    l: '99.50',
    v: '12.5',
    n: 42,
    x: true,
  },
};
const TRADE = {
  e: 'aggTrade',
  E: 1,
  s: 'BTCUSDT',
  a: 77,
  p: '100.10000000',
  q: '0.00100000',
  T: 5,
  m: true,
};

describe('parseMarketEvent', () => {
  it('reads the closed flag of a kline', () => {
    expect(parseMarketEvent(KLINE)).toEqual({
      kind: 'candle',
      symbol: 'BTCUSDT',
      interval: '1m',
      atMs: 1_700_000_000_123,
      candle: {
        openMs: 1_700_000_000_000,
        open: 100.1,
        high: 102,
        low: 99.5,
        close: 101,
        volume: 12.5,
      },
      isClosed: true,
      trades: 42,
    });
  });

  it('keeps the digits of prices as the venue sent them', () => {
    expect(parseMarketEvent(TRADE)).toMatchObject({
      kind: 'trade',
      trade: { p: '100.10000000', q: '0.00100000' },
    });
  });

  it('knows a best bid and ask by its fields and a depth change by its name', () => {
    const top = { u: 1, s: 'BTCUSDT', b: '1.0', B: '2.0', a: '3.0', A: '4.0' };
    const depth = { e: 'depthUpdate', E: 1, s: 'BTCUSDT', U: 1, u: 2, b: [['1', '0']], a: [] };

    expect(parseMarketEvent(top)).toMatchObject({ kind: 'quote' });
    expect(parseMarketEvent(depth)).toMatchObject({ kind: 'book', diff: { U: 1, u: 2 } });
  });

  it('unwraps combined streams', () => {
    expect(parseMarketEvent({ stream: 'btcusdt@aggTrade', data: TRADE })).toMatchObject({
      kind: 'trade',
    });
  });

  it('sees the server going away', () => {
    expect(parseMarketEvent({ e: 'serverShutdown', E: 1 })).toEqual({ kind: 'shutdown' });
  });

  it('leaves answers to subscriptions to ccxt', () => {
    expect(parseMarketEvent({ result: null, id: 1 })).toBeUndefined();
    expect(parseMarketEvent({ error: { code: 2, msg: 'x' }, id: 1 })).toBeUndefined();
  });

  it.each([
    ['text that was no JSON', '<html>'],
    ['nothing', undefined],
    ['a price with an exponent', { ...TRADE, p: '1e2' }],
    ['a price below zero', { ...TRADE, p: 'x' }],
    ['a missing side', { ...TRADE, m: undefined }],
    ['a kline without its flag', { ...KLINE, k: { ...KLINE.k, x: undefined } }],
    ['a kline with its high below its low', { ...KLINE, k: { ...KLINE.k, h: '1.0' } }],
    ['a kline with a price of zero', { ...KLINE, k: { ...KLINE.k, l: '0' } }],
  ])('calls %s bad', (_, message) => {
    expect(parseMarketEvent(message)).toBe('bad');
  });
});

describe('isSound', () => {
  const candle = { openMs: 0, open: 5, high: 6, low: 4, close: 5, volume: 0 };

  it('takes a candle without trades', () => {
    expect(isSound({ ...candle, high: 5, low: 5 })).toBe(true);
  });

  it('refuses what no market can print', () => {
    expect(isSound({ ...candle, high: 4.5 })).toBe(false);
    expect(isSound({ ...candle, low: 5.5 })).toBe(false);
    expect(isSound({ ...candle, volume: -1 })).toBe(false);
    expect(isSound({ ...candle, high: Infinity })).toBe(false);
  });
});
