import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import type { CcxtClient } from '../ccxt-client.ts';
import { createGenericAccount } from './generic-account.ts';

const [BTC, ETH] = [Pair.parse('BTC/USDT'), Pair.parse('ETH/USDT')];

describe('the open orders of an account of any venue', () => {
  it('are asked for by pair, of those in use at that moment', async () => {
    const asked: unknown[] = [];
    const fetchOpenOrders = (pair: unknown): Promise<readonly unknown[]> => {
      asked.push(pair);
      return Promise.resolve([]);
    };
    let pairs: readonly Pair[] = [BTC];
    const account = createGenericAccount({
      client: { has: { fetchOpenOrders: true }, fetchOpenOrders } as unknown as CcxtClient,
      read: (_call, run) => run(),
      apiKey: 'key',
      pairs: () => pairs,
    });

    await account.openOrders();
    pairs = [BTC, ETH];
    await account.openOrders();

    expect(asked).toEqual([BTC, BTC, ETH]);
  });
});
