import { describe, expect, it } from 'vitest';
import { FeedStatus } from '#core/model/feed-status.ts';
import { Quote } from '#core/model/market.ts';
import { MarketView } from './market-view.ts';

const NOW = 1_700_000_000_000;

function view(freshMs: number): MarketView {
  const market = new MarketView(1_000);
  const pair = 'BTC/USDT';
  const feed = { pair, freshMs, lastCloseMs: 0, lastTradeId: 0, state: 'warming-up', atMs: NOW };
  const quote = { pair, bid: '1', bidQty: '1', ask: '2', askQty: '1', atMs: NOW, receivedMs: NOW };
  market.setFeed(FeedStatus.parse(feed));
  market.setQuote(Quote.parse(quote));
  return market;
}

describe('the age of data', () => {
  it('is not known while a feed has just begun', () => {
    expect(view(0).agesMs(NOW)).toEqual([undefined]);
  });

  it('counts from when the feed was last current', () => {
    expect(view(NOW - 700).agesMs(NOW)).toEqual([700]);
  });
});
