import { describe, expect, test } from 'vitest';
import { createCoinScorer } from './aspect.ts';
import { createCoinFinder } from './coin-finder.ts';
import { createScorer } from './scorer.ts';

const scorer = createCoinScorer({ scorer: createScorer(), finder: createCoinFinder() });
const signs = (text: string): Record<string, number> =>
  Object.fromEntries(scorer.scorePerCoin(text).map(({ coin, score }) => [coin, Math.sign(score)]));

describe('the mood towards each coin', () => {
  test.each([
    ['BTC rallies while ETH slumps', { BTC: 1, ETH: -1 }],
    ['Bitcoin falls as Solana climbs', { BTC: -1, SOL: 1 }],
    ['Litecoin plunges 9%, Monero gains 4%', { LTC: -1, XMR: 1 }],
    ['BTC and ETH rally', { BTC: 1, ETH: 1 }],
    ['BTC, ETH and SOL surge', { BTC: 1, ETH: 1, SOL: 1 }],
    ['Dogecoin is a scam. Cardano is bullish.', { DOGE: -1, ADA: 1 }],
    ['ETH outperforms against BTC', { ETH: 1, BTC: -1 }],
    ['Bitcoin Cash, Solana and Monero jump', { BCH: 1, SOL: 1, XMR: 1 }],
    ['Bitcoin and Ethereum quiet, Tezos soars', { BTC: 0, ETH: 0, XTZ: 1 }],
    ['Stellar token dumps 7%', { XLM: -1 }],
    ['Optimism token drops', { OP: -1 }],
    ['Look at bitcoin. It is going to the moon.', { BTC: 1 }],
  ])('%s', (text, expected) => expect(signs(text)).toEqual(expected));

  test('what is said of a coin counts more than what is said after it', () => {
    const [own] = scorer.scorePerCoin('bitcoin is a scam');
    const [later] = scorer.scorePerCoin('bitcoin. that is a scam');
    expect(own?.confidence).toBeGreaterThan(later?.confidence ?? 1);
  });

  test('a mention without mood has no confidence', () => {
    expect(scorer.scorePerCoin('Bitcoin meetup in Oslo')).toEqual([
      { coin: 'BTC', score: 0, confidence: 0, reasons: [], themes: [] },
    ]);
  });

  test.each([
    ['Bitcoin surges, but the SEC sues the exchange', { price: 1, regulation: -1 }],
    ['Hackers drain a Solana bridge', { security: -1, technology: -1 }],
    ['Cardano upgrade goes live, a great success', { technology: 1 }],
    ['Court rejects the Ripple lawsuit. XRP price rallies 9%', { regulation: -1, price: 1 }],
    ['I love bitcoin', {}],
    ['The SEC met about bitcoin on Tuesday', {}],
  ])('is parted by what it is about: %s', (text, expected) => {
    const [found] = scorer.scorePerCoin(text);
    const moods = found?.themes.map(({ theme, score }) => [theme, Math.sign(score)]) ?? [];
    expect(Object.fromEntries(moods)).toEqual(expected);
  });

  test('a list of many coins says less about each', () => {
    const few = scorer.scorePerCoin('$BTC surges')[0]?.confidence ?? 0;
    const many = '$BTC $ETH $SOL $ADA $DOGE $LTC $XMR $TRX $AVAX $SHIB $XRP $BNB surges';
    expect(scorer.scorePerCoin(many)[0]?.confidence).toBeLessThan(few);
  });

  test('a text without a coin says nothing', () => {
    expect(scorer.scorePerCoin('everything crashes')).toEqual([]);
  });

  test.each(['bitcoin and ', 'btc. moon. ', 'eth against ', '$btc $eth ', 'a '])(
    'takes a time that its length bounds: %s',
    (unit) => {
      const startedMs = performance.now();
      scorer.scorePerCoin(unit.repeat(1_000_000 / unit.length));
      expect(performance.now() - startedMs).toBeLessThan(500);
    },
  );
});
