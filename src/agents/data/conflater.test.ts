import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { createConflater } from './conflater.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');

describe('createConflater', () => {
  it('gives the newest of each pair that changed, once', () => {
    const conflater = createConflater<{ pair: Pair; n: number }>();
    conflater.put({ pair: BTC, n: 1 });
    conflater.put({ pair: BTC, n: 2 });
    conflater.put({ pair: ETH, n: 3 });

    expect(conflater.takeChanged()).toEqual([
      { pair: BTC, n: 2 },
      { pair: ETH, n: 3 },
    ]);
    expect(conflater.takeChanged()).toEqual([]);
  });

  it('repeats everything when asked for all', () => {
    const conflater = createConflater<{ pair: Pair; n: number }>();
    conflater.put({ pair: BTC, n: 1 });
    conflater.takeChanged();

    expect(conflater.takeAll()).toEqual([{ pair: BTC, n: 1 }]);
    expect(conflater.get(BTC)).toEqual({ pair: BTC, n: 1 });
  });
});
