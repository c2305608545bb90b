import { describe, expect, test } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import { MarketFeatures } from '#core/model/market-features.ts';
import type { OrderBook, PublicTrade } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { createFeaturesDesk } from './features-desk.ts';

const PAIR = Pair.parse('ETH/USDT');
const text = (value: string) => DecimalText.parse(value);

const BOOK: OrderBook = {
  pair: PAIR,
  bids: [[text('99.95'), text('30')]],
  asks: [[text('100.05'), text('10')]],
  updateId: 1,
  atMs: 900,
  receivedMs: 950,
};

function trade(takerSide: 'buy' | 'sell', qty: string): PublicTrade {
  return { pair: PAIR, id: 1, price: text('100'), qty: text(qty), takerSide, atMs: 1_000 };
}

function close(origin: 'live' | 'backfill'): Evaluation {
  const candle = { openMs: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 };
  const times = { closeMs: 60_000, receivedMs: 60_000 };
  return { pair: PAIR, timeframe: '1m', candle, origin, isEmpty: false, ...times };
}

function desk(book: OrderBook | undefined = BOOK) {
  return createFeaturesDesk({ timeframe: '1m', book: () => book, now: () => 1_000 });
}

describe('the features desk', () => {
  test('gives a live close what book and trades say', () => {
    const features = desk();
    features.trades([trade('buy', '3'), trade('sell', '1')]);

    const { market } = features.enrich(close('live'));

    expect(MarketFeatures.parse(market)).toMatchObject({
      flow: 0.5,
      flowQuote: 400,
      bookAgeMs: 50,
    });
    expect(market?.imbalance).toBeGreaterThan(0.45);
  });

  test('gives nothing to a close that came late, nor without a book', () => {
    expect(desk().enrich(close('backfill'))).toEqual(close('backfill'));
    const blind = createFeaturesDesk({ timeframe: '1m', book: () => undefined, now: () => 0 });
    expect(blind.enrich(close('live'))).toEqual(close('live'));
  });

  test('forgets a pair', () => {
    const features = desk();
    features.trades([trade('buy', '3')]);

    features.forget(PAIR);

    expect(features.enrich(close('live')).market).toMatchObject({ flow: 0, flowQuote: 0 });
  });
});
