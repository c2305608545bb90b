import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { PermanentError } from '#platform/errors.ts';
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

  it('are had of the others when the venue no longer has one of the pairs', async () => {
    const order = { id: '7', symbol: ETH, side: 'buy', status: 'open', amount: 1, filled: 0 };
    const open = (failure: Error) => {
      const fetchOpenOrders = (pair: unknown): Promise<readonly unknown[]> =>
        pair === BTC ? Promise.reject(failure) : Promise.resolve([order]);
      return createGenericAccount({
        client: { has: { fetchOpenOrders: true }, fetchOpenOrders } as unknown as CcxtClient,
        read: (_call, run) => run(),
        apiKey: 'key',
        pairs: () => [BTC, ETH],
      }).openOrders();
    };

    const found = await open(new PermanentError('venue-unknown-symbol', 'no such pair'));

    expect(found.map(({ pair }) => pair)).toEqual([ETH]);
    await expect(open(new PermanentError('venue-auth', 'keys refused'))).rejects.toThrow('keys');
  });
});

describe('the fees of an account of any venue', () => {
  it.each([
    [
      { maker: 0.001, taker: '0.002' },
      { makerFraction: 0.001, takerFraction: 0.002 },
    ],
    [{ maker: 0.001, taker: null }, undefined],
    [{ maker: 0.001 }, undefined],
  ])('are taken from %j', async (answer, expected) => {
    const client = { has: { fetchTradingFee: true }, fetchTradingFee: () => answer };
    const account = createGenericAccount({
      client: client as unknown as CcxtClient,
      read: (_call, run) => run(),
      apiKey: 'key',
      pairs: () => [BTC],
    });

    const asked = account.commission(BTC);

    if (expected !== undefined) await expect(asked).resolves.toMatchObject(expected);
    else await expect(asked).rejects.toMatchObject({ code: 'venue-not-supported' });
  });
});
