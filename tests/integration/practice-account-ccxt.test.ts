/** ccxt, used as the desk uses it, trades on an account of the practice exchange. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { ccxtTrader, KEYS, practiceWithAccount, UID } from '../support/practice-account.ts';
import type { Binance, Client } from '../support/practice.ts';

const PAIR = 'BTC/USDT';
type Info = Record<string, string>;

const idOf = (order: { id: string | undefined }): string => order.id ?? 'none';

let exchange: PracticeExchange;

beforeAll(async () => {
  exchange = await practiceWithAccount();
});

afterAll(() => exchange.close());

async function subscriptions(): Promise<number> {
  const status = await fetch(`${exchange.url}/practice/status`);
  return ((await status.json()) as { sockets: { subscriptions: number } }).sockets.subscriptions;
}

/** Whole ticks away from the best bid of this moment. */
function belowMarket(fraction: number): number {
  const bid = exchange.world.book('BTCUSDT', 1).bids[0]?.[0] ?? 0;
  return Math.round(bid * fraction) / 100;
}

describe.each([
  ['HMAC', KEYS.secret],
  ['Ed25519', KEYS.privateKey],
])('ccxt with %s keys', (_kind, secret) => {
  let client: Client;
  let ccxt: Binance;
  let id = 0;
  const nextId = (): string => `t-${secret.length}-${(id += 1)}`;

  beforeAll(async () => {
    client = await ccxtTrader(exchange.url, secret);
    ccxt = client.exchange;
    await ccxt.loadMarkets();
  });

  afterAll(() => client[Symbol.asyncDispose]());

  it('reads the account and its rights', async () => {
    const balance = await ccxt.fetchBalance();
    const rights = (await ccxt.sapiGetAccountApiRestrictions()) as Info;

    expect(balance.info).toMatchObject({ uid: UID, canTrade: true, accountType: 'SPOT' });
    expect(Number(balance['USDT']?.free)).toBeGreaterThan(0);
    expect(rights).toMatchObject({ enableSpotAndMarginTrading: true, enableWithdrawals: false });
  });

  it('buys at the market and finds its trades', async () => {
    const clientOrderId = nextId();
    const order = await ccxt.createOrder(PAIR, 'market', 'buy', 0.01, undefined, { clientOrderId });
    const info = order.info as Info & { fills: Info[] };

    expect(order).toMatchObject({ status: 'closed', clientOrderId, filled: '0.01000000' });
    const sum = info.fills.reduce((total, fill) => total + Number(fill['qty']), 0);
    expect(sum).toBeCloseTo(0.01, 8);
    const trades = await ccxt.fetchMyTrades(PAIR, undefined, undefined, { orderId: order.id });
    expect(trades.map((trade) => trade.id)).toEqual(
      info.fills.map((fill) => String(fill['tradeId'])),
    );
    expect(trades[0]?.fee).toMatchObject({ currency: 'BTC' });
  });

  it('places, finds, replaces and cancels a resting order', async () => {
    const clientOrderId = nextId();
    const price = belowMarket(0.9);
    const placed = await ccxt.createOrder(PAIR, 'limit', 'buy', 0.01, price, { clientOrderId });
    expect(placed.status).toBe('open');
    const found = await ccxt.fetchOrder(idOf(placed), PAIR);
    expect(found).toMatchObject({ clientOrderId, status: 'open', filled: '0.00000000' });
    expect((await ccxt.fetchOpenOrders(PAIR)).map((order) => order.id)).toContain(placed.id);

    const next = nextId();
    const replaced = (await ccxt.privatePostOrderCancelReplace({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.01',
      price: String(belowMarket(0.8)),
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrigClientOrderId: clientOrderId,
      newClientOrderId: next,
    })) as Record<string, Info>;
    expect(replaced).toMatchObject({ cancelResult: 'SUCCESS', newOrderResult: 'SUCCESS' });

    const cancelled = await ccxt.cancelOrder(undefined as unknown as string, PAIR, {
      clientOrderId: next,
    });
    expect(cancelled.status).toBe('canceled');
    expect(await ccxt.fetchOpenOrders(PAIR)).toEqual([]);
  });

  it.each([
    ['an order it cannot pay', 'InsufficientFunds', { amount: 5 }],
    ['an order below the least notional', 'BadRequest', { amount: 0.00001 }],
    ['a price far from the market', 'InvalidOrder', { amount: 0.01, factor: 0.01 }],
  ])(
    'hears the venue’s refusal of %s',
    async (
      _what,
      name,
      {
        amount,
        factor = 0.9,
      }: {
        amount: number;
        factor?: number;
      },
    ) => {
      const clientOrderId = nextId();
      const order = ccxt.createOrder(PAIR, 'limit', 'buy', amount, belowMarket(factor), {
        clientOrderId,
      });

      await expect(order).rejects.toMatchObject({ name });
    },
  );

  it('hears of an id twice, an unknown order and an unknown cancel', async () => {
    const clientOrderId = nextId();
    const place = () =>
      ccxt.createOrder(PAIR, 'limit', 'buy', 0.001, belowMarket(0.9), { clientOrderId });
    const orderId = idOf(await place());

    await expect(place()).rejects.toThrow('Duplicate order sent.');
    await ccxt.cancelOrder(orderId, PAIR);
    await expect(ccxt.cancelOrder(orderId, PAIR)).rejects.toMatchObject({ name: 'OrderNotFound' });
    await expect(ccxt.fetchOrder('1', PAIR)).rejects.toMatchObject({ name: 'OrderNotFound' });
  });

  it('hears of its orders and balances over the account’s stream', async () => {
    const clientOrderId = nextId();
    const first = ccxt.watchOrders(PAIR);
    const balance = ccxt.watchBalance();
    await expect.poll(subscriptions).toBe(1);
    const order = await ccxt.createOrder(PAIR, 'limit', 'buy', 0.001, belowMarket(0.9), {
      clientOrderId,
    });
    const seen = (await first).find((one) => one.clientOrderId === clientOrderId);

    expect(seen).toMatchObject({ id: order.id, status: 'open' });
    expect(Number((await balance)['USDT']?.used)).toBeGreaterThan(0);
    await ccxt.cancelOrder(idOf(order), PAIR);
  });

  it('places an order over the WebSocket API', async () => {
    const clientOrderId = nextId();
    // Given as `clientOrderId`, ccxt would send that name over the socket too, which is refused.
    const order = await ccxt.createOrderWs(PAIR, 'limit', 'buy', 0.001, belowMarket(0.9), {
      newClientOrderId: clientOrderId,
    });

    expect(order).toMatchObject({ clientOrderId, status: 'open' });
    await ccxt.cancelOrderWs(idOf(order), PAIR);
    expect((await ccxt.fetchOrder(idOf(order), PAIR)).status).toBe('canceled');
  });
});
