import { describe, expect, it } from 'vitest';
import { Pair } from '../model/pair.ts';
import { wantedPairs } from './wanted-pairs.ts';

describe('wantedPairs', () => {
  const quote_asset = 'USDC';

  it('are those of the user when there are any', () => {
    const pairs = [Pair.parse('A/B')];

    expect(wantedPairs({ pairs, quote_asset, exchange: { name: 'practice' } })).toBe(pairs);
  });

  it('are all of the built-in venue, and three large ones elsewhere', () => {
    expect(wantedPairs({ pairs: [], quote_asset, exchange: { name: 'practice' } })).toBe('all');
    expect(wantedPairs({ pairs: [], quote_asset, exchange: { name: 'kraken' } })).toEqual([
      'BTC/USDC',
      'ETH/USDC',
      'SOL/USDC',
    ]);
  });
});
