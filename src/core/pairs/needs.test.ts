import { describe, expect, test } from 'vitest';
import { NO_FACTS } from './facts.ts';
import { candleNeed, firstNeeds } from './needs.ts';
import { link, pairsOfBases, ticker } from './pairs.fixture.ts';

const [A, B, C] = pairsOfBases('A', 'B', 'C') as [never, never, never];
const tickers = new Map([
  [A, ticker({ quoteVolume24h: 1 })],
  [B, ticker({ quoteVolume24h: 3 })],
  [C, ticker({ quoteVolume24h: 2 })],
]);

describe('needs of a step', () => {
  test('nothing is fetched for a list that stands in the config', () => {
    expect(firstNeeds(link('static'), [])).toEqual([]);
    expect(candleNeed(link('static'), undefined, NO_FACTS)).toBeUndefined();
  });

  test('candles of a generator are fetched for the largest alone', () => {
    const step = link('volume', { rolling_hours: 100, rolling_candidates: 2 });

    expect(candleNeed(step, undefined, { ...NO_FACTS, tickers })).toEqual({
      kind: 'candles',
      timeframe: '1d',
      count: 5,
      pairs: [B, C],
    });
  });

  test('returns over days need one candle more; what is held is compared too', () => {
    const facts = { ...NO_FACTS, held: new Set([C]) };

    expect(candleNeed(link('correlation', { days: 30 }), [A, C], facts)).toMatchObject({
      count: 31,
      pairs: [A, C],
    });
  });
});
