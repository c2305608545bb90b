import { describe, expect, it } from 'vitest';
import { parseStreamName } from './stream-name.ts';

const SYMBOLS = new Map([['BTCUSDT', 1]]);

describe('stream names', () => {
  it.each([
    ['btcusdt@trade', { kind: 'trade', symbol: 'BTCUSDT' }],
    ['btcusdt@kline_1s', { kind: 'kline', interval: '1s' }],
    ['btcusdt@depth', { kind: 'depthDiff', everyMs: 1000 }],
    ['btcusdt@depth@100ms', { kind: 'depthDiff', everyMs: 100 }],
    ['btcusdt@depth5', { kind: 'depthPartial', levels: 5, everyMs: 1000 }],
    ['btcusdt@depth20@100ms', { kind: 'depthPartial', levels: 20, everyMs: 100 }],
    ['!miniTicker@arr', { kind: 'allMiniTickers', symbol: undefined }],
  ])('reads %s', (name, expected) => {
    expect(parseStreamName(name, SYMBOLS)).toMatchObject({ name, ...expected });
  });

  it.each([
    'BTCUSDT@trade',
    'ethusdt@trade',
    'btcusdt',
    '@trade',
    'btcusdt@kline_7m',
    'btcusdt@depth7',
  ])('feeds nothing to %s', (name) => {
    expect(parseStreamName(name, SYMBOLS)).toBeUndefined();
  });
});
