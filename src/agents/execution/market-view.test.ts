import { describe, expect, it } from 'vitest';
import { FeedStatus } from '#core/model/feed-status.ts';
import { Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { RiskState } from '#core/model/risk-state.ts';
import { Universe } from '#core/model/universe.ts';
import { MarketView } from './market-view.ts';

const BTC = Pair.parse('BTC/USDT');
const NOW = 1_700_000_000_000;

function view(freshMs: number): MarketView {
  const market = new MarketView(() => 1_000);
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
    const market = view(NOW - 700);
    market.agesMs(NOW - 1_000);

    expect(market.agesMs(NOW)).toEqual([700]);
  });

  it('is no greater than since the first look, however old the feed that was found', () => {
    const market = view(NOW - 86_400_000);

    expect(market.agesMs(NOW)).toEqual([0]);
    expect(market.agesMs(NOW + 500)).toEqual([500]);
  });
});

describe('a desk without a price', () => {
  it('is blind since it first looked, also when it never had any', () => {
    const market = new MarketView(() => 1_000);

    expect(market.blindMs(BTC, NOW)).toBe(0);
    expect(market.blindMs(BTC, NOW + 60_000)).toBe(60_000);
  });

  it('is not blind while the last price is fresh', () => {
    expect(view(0).blindMs(BTC, NOW + 900)).toBe(0);
    expect(view(0).blindMs(BTC, NOW + 1_500)).toBe(1_500);
  });
});

describe('the universe', () => {
  const chosen = (atMs: number, standing: 'trade' | 'exit-only') =>
    Universe.parse({
      atMs,
      version: atMs,
      pairs: [{ pair: BTC, standing, sinceMs: 1, why: 'volume' }],
      chain: [],
    });

  it('is unknown until one is heard of, and an older one does not take its place', () => {
    const market = new MarketView(() => 1_000);
    expect(market.standing(BTC)).toBeUndefined();

    market.setUniverse(chosen(2, 'exit-only'));
    market.setUniverse(chosen(1, 'trade'));

    expect(market.standing(BTC)).toBe('exit-only');
    expect(market.standing(Pair.parse('ETH/USDT'))).toBe('not-selected');
  });

  it('is taken by a higher version although the clock was set back', () => {
    const market = new MarketView(() => 1_000);
    market.setUniverse({ ...chosen(3_600_000, 'trade'), version: 4 });
    market.setUniverse({ ...chosen(1, 'exit-only'), version: 5 });
    expect(market.standing(BTC)).toBe('exit-only');

    market.setUniverse({ ...chosen(2, 'trade'), version: 1 });
    expect(market.standing(BTC), 'of a selector that lost its file').toBe('trade');
  });

  it('forgets the feed of a pair that was left out when its state has gone, and no other', () => {
    const market = view(NOW - 700);
    market.agesMs(NOW - 1_000);
    market.keepFeeds(new Set());
    expect(market.agesMs(NOW)).toEqual([700]);

    const none = { atMs: 3, version: 3, pairs: [], chain: [] };
    market.setUniverse(Universe.parse(none));
    market.keepFeeds(new Set([BTC]));
    expect(market.agesMs(NOW)).toEqual([700]);
    market.keepFeeds(new Set());

    expect(market.agesMs(NOW)).toEqual([]);
  });
});

describe('the word of the risk agent', () => {
  const state = (atMs: number, level: RiskState['level']): RiskState =>
    RiskState.parse({
      atMs,
      level,
      pairs: [],
      reasons: [],
      accountScaler: 1,
      correlations: [],
      limits: [],
      figures: {},
    });

  it('is not taken back by an older one that comes after it, but follows a clock set back', () => {
    const market = new MarketView(() => 1_000);
    market.setRisk(state(NOW, 'reduce'));

    market.setRisk(state(NOW - 1_000, 'normal'));
    expect(market.risk()?.level).toBe('reduce');

    market.setRisk(state(NOW - 3_600_000, 'normal'));
    expect(market.risk()?.level).toBe('normal');
  });
});
