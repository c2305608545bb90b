import { describe, expect, it } from 'vitest';
import { MarketTicker } from '#core/model/market-ticker.ts';
import { Pair } from '#core/model/pair.ts';
import {
  BinanceTickers,
  binanceTickers,
  GenericTickers,
  genericTickers,
  type ListedPair,
} from './market-tickers.ts';

const listed: ListedPair[] = ['BTC/USDT', 'ETH/USDT', 'NEW/USDT'].map((text) => ({
  pair: Pair.parse(text),
  venueSymbol: text.replace('/', ''),
}));

const row = {
  symbol: 'BTCUSDT',
  lastPrice: '110.00000000',
  openPrice: '100.00000000',
  bidPrice: '109.99000000',
  askPrice: '110.01000000',
  highPrice: '112.00000000',
  lowPrice: '95.00000000',
  quoteVolume: '1234567.80000000',
  closeTime: 1_700_000_000_000,
  firstId: -1,
};

describe('tickers of a Binance-shaped venue', () => {
  it('are of listed pairs alone, with the change from a day ago', () => {
    const rows = BinanceTickers.parse([row, { ...row, symbol: 'XBUSDT' }]);

    const [ticker, ...others] = binanceTickers(rows, listed);

    expect(others).toEqual([]);
    expect(MarketTicker.parse(ticker)).toMatchObject({
      pair: 'BTC/USDT',
      last: 110,
      quoteVolume24h: 1_234_567.8,
      low24h: 95,
    });
    expect(ticker?.changeFraction24h).toBeCloseTo(0.1, 12);
  });

  it('leave out a pair without a trade and a side without an offer', () => {
    const rows = BinanceTickers.parse([
      { ...row, symbol: 'NEWUSDT', lastPrice: '0.00000000' },
      { ...row, symbol: 'ETHUSDT', bidPrice: '0.00000000' },
    ]);

    const tickers = binanceTickers(rows, listed);

    expect(tickers.map(({ pair }) => pair)).toEqual(['ETH/USDT']);
    expect(tickers[0]).not.toHaveProperty('bid');
  });
});

describe('tickers of any other venue', () => {
  it('take what ccxt has and invent nothing', () => {
    const answer = GenericTickers.parse({
      'BTC/USDT': { last: 110, percentage: 10, baseVolume: 2, quoteVolume: null, timestamp: 5 },
      'ETH/USDT': { last: 10, open: 20, quoteVolume: 7, timestamp: null },
      'NEW/USDT': { last: 10, open: 20 },
      'XRP/BTC': { last: 1, open: 1, quoteVolume: 1 },
    });

    const tickers = genericTickers(answer, { listed, nowMs: 9 });

    expect(tickers).toEqual([
      { pair: 'BTC/USDT', last: 110, quoteVolume24h: 220, changeFraction24h: 0.1, atMs: 5 },
      { pair: 'ETH/USDT', last: 10, quoteVolume24h: 7, changeFraction24h: -0.5, atMs: 9 },
    ]);
  });
});
