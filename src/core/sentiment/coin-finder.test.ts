import { describe, expect, test } from 'vitest';
import { COINS_MAX, createCoinFinder, plainCoin, SPANS_MAX } from './coin-finder.ts';
import { COINS } from './coin-list.ts';

const finder = createCoinFinder();
const coins = (text: string): string[] => finder.find(text).map(({ coin }) => coin);

describe('the coins of a text', () => {
  test.each([
    ['Bitcoin rises, ethereum too', ['BTC', 'ETH']],
    ['Bitcoin Cash hard fork ahead', ['BCH']],
    ["Bitcoin's price against bitcoin cash", ['BTC', 'BCH']],
    ['ethereum classic miners', ['ETC']],
    ['sold my btc for eth', ['BTC', 'ETH']],
    ['$LINK and #solana look good', ['LINK', 'SOL']],
    ['BTCUSDT broke out, LINK/USDT next', ['BTC', 'LINK']],
    ['Shiba Inu holders', ['SHIB']],
  ])('%s', (text, expected) => expect(coins(text)).toEqual(expected));

  test.each([
    'This is the one I want near the link, it runs on gas',
    'THE ONE THING TO DO NOW',
    'We sat in the sun and watched the cosmos',
    'One of the compound walls',
    'binance opens an office',
    'a stellar performance, an avalanche of mail',
    'Dogs eat near home',
  ])('none in: %s', (text) => expect(coins(text)).toEqual([]));

  test('a word that is a ticker too needs a cashtag, capitals in company, or its full name', () => {
    expect(coins('$ONE is moving')).toEqual(['ONE']);
    expect(coins('NEAR price jumps 8%')).toEqual(['NEAR']);
    expect(coins('Near protocol ships, NEAR')).toEqual(['NEAR']);
    expect(coins('Cosmos token gains 4%')).toEqual(['ATOM']);
    expect(coins('the cosmos gains depth')).toEqual([]);
  });

  test('say where and how surely', () => {
    const text = 'NEAR price up. Not bitcoin, $BTC!';
    expect(finder.find(text)).toEqual([
      { coin: 'NEAR', certainty: 0.7, spans: [{ start: 0, end: 4 }] },
      {
        coin: 'BTC',
        certainty: 1,
        spans: [
          { start: 19, end: 26 },
          { start: 28, end: 32 },
        ],
      },
    ]);
  });

  test('are bounded, and so are their places', () => {
    const everyCoin = COINS.map(({ coin }) => `$${coin}`).join(' ');
    expect(finder.find(everyCoin)).toHaveLength(COINS_MAX);
    expect(finder.find('bitcoin '.repeat(100))[0]?.spans).toHaveLength(SPANS_MAX);
  });

  test('a coin nobody described is found by its cashtag', () => {
    const own = createCoinFinder([...COINS, plainCoin('ZYX')]);
    expect(own.find('$ZYX to zyx').map(({ coin }) => coin)).toEqual(['ZYX']);
  });
});

describe('the list of coins', () => {
  test('has each ticker and each name once', () => {
    const tickers = COINS.map(({ coin }) => coin);
    const names = COINS.flatMap(({ names: sure, ambiguousNames }) => [...sure, ...ambiguousNames]);
    expect(new Set(tickers).size).toBe(tickers.length);
    expect(new Set(names).size).toBe(names.length);
    expect(tickers.length).toBeGreaterThanOrEqual(120);
  });
});
