import { describe, expect, it } from 'vitest';
import { Instrument } from '#core/model/instrument.ts';
import { instrumentOf } from './filters.ts';
import { genericInstrument } from './generic-instrument.ts';

const SYMBOL = {
  symbol: 'BTCUSDT',
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  ocoAllowed: true,
  allowTrailingStop: true,
  isSpotTradingAllowed: true,
  filters: [
    {
      filterType: 'PRICE_FILTER',
      minPrice: '0.01000000',
      maxPrice: '1000000.00000000',
      tickSize: '0.01000000',
    },
    {
      filterType: 'LOT_SIZE',
      minQty: '0.00001000',
      maxQty: '9000.00000000',
      stepSize: '0.00001000',
    },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: '0.00000000',
      maxQty: '115.1',
      stepSize: '0.00000000',
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: '5',
      bidMultiplierDown: '0.2',
      askMultiplierUp: '5',
      askMultiplierDown: '0.2',
      avgPriceMins: 5,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: '5.00000000',
      applyMinToMarket: true,
      maxNotional: '9000000.00000000',
      applyMaxToMarket: false,
      avgPriceMins: 5,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: 5 },
    { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: 20 },
  ],
};

describe('instrumentOf', () => {
  it('reads the filters as the venue wrote them', () => {
    const instrument = instrumentOf(SYMBOL);

    expect(Instrument.parse(instrument)).toEqual({
      pair: 'BTC/USDT',
      venueSymbol: 'BTCUSDT',
      base: 'BTC',
      quote: 'USDT',
      status: 'trading',
      tickSize: '0.01000000',
      stepSize: '0.00001000',
      minQty: '0.00001000',
      maxQty: '9000.00000000',
      marketMaxQty: '115.1',
      minPrice: '0.01000000',
      maxPrice: '1000000.00000000',
      minNotional: '5.00000000',
      maxNotional: '9000000.00000000',
      bidPriceUp: '5',
      bidPriceDown: '0.2',
      askPriceUp: '5',
      askPriceDown: '0.2',
      maxOpenOrders: 200,
      maxAlgoOrders: 5,
      maxOrderLists: 20,
      hasOco: true,
      hasTrailingStop: true,
    });
  });

  it.each([
    ['TRADING', 'trading'],
    ['BREAK', 'halted'],
    ['HALT', 'halted'],
    ['CANCEL_ONLY', 'cancel-only'],
    ['SOMETHING_NEW', 'unknown'],
  ])('takes the status %s for %s', (status, expected) => {
    expect(instrumentOf({ ...SYMBOL, status })?.status).toBe(expected);
  });

  it('takes the older filter for the minimum notional', () => {
    const filters = SYMBOL.filters.map((filter) =>
      filter.filterType === 'NOTIONAL'
        ? { filterType: 'MIN_NOTIONAL', minNotional: '10.0' }
        : filter,
    );

    expect(instrumentOf({ ...SYMBOL, filters })?.minNotional).toBe('10.0');
  });

  it.each([
    ['a name outside the plain letters', { baseAsset: '币安人生' }],
    ['no spot trading', { isSpotTradingAllowed: false }],
    ['no tick size', { filters: SYMBOL.filters.slice(1) }],
    ['a tick size of zero', { filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.0' }] }],
    ['no filters at all', { filters: undefined }],
  ])('leaves out a symbol with %s', (_, more) => {
    expect(instrumentOf({ ...SYMBOL, ...more })).toBeUndefined();
  });
});

describe('genericInstrument', () => {
  const market = {
    id: 'XXBTZUSD',
    symbol: 'BTC/USD',
    base: 'BTC',
    quote: 'USD',
    spot: true,
    active: true,
    precision: { price: 0.1, amount: 1e-8 },
    limits: { amount: { min: 0.0001, max: null }, price: {}, cost: { min: 0.5 } },
  };

  it('states only what ccxt knows', () => {
    expect(Instrument.parse(genericInstrument(market))).toEqual({
      pair: 'BTC/USD',
      venueSymbol: 'XXBTZUSD',
      base: 'BTC',
      quote: 'USD',
      status: 'trading',
      tickSize: '0.1',
      stepSize: '0.00000001',
      minQty: '0.0001',
      minNotional: '0.5',
      hasOco: false,
      hasTrailingStop: false,
    });
  });

  it('leaves out what is no spot pair or has no steps', () => {
    expect(genericInstrument({ ...market, spot: false })).toBeUndefined();
    expect(genericInstrument({ ...market, symbol: 'BTC/USD:USD' })).toBeUndefined();
    expect(genericInstrument({ ...market, precision: {} })).toBeUndefined();
  });

  it('says halted only when the venue says so', () => {
    expect(genericInstrument({ ...market, active: false })?.status).toBe('halted');
    expect(genericInstrument({ ...market, active: undefined })?.status).toBe('unknown');
  });
});
