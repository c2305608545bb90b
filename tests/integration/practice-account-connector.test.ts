/**
 * The venue's own connector, written by others than ccxt's, on the same account: parameters of
 * writes in the query string, WebSocket API, user data, both kinds of keys.
 */
import { Spot, SpotRestAPI, SpotWebsocketAPI } from '@binance/spot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { KEYS, practiceWithAccount, UID } from '../support/practice-account.ts';

const SYMBOL = 'BTCUSDT';
let exchange: PracticeExchange;

beforeAll(async () => {
  exchange = await practiceWithAccount();
});

afterAll(() => exchange.close());

function spot(credentials: { apiSecret: string } | { privateKey: string }): Spot {
  const ws = exchange.url.replace('http', 'ws');
  const keys = { apiKey: KEYS.apiKey, ...credentials };
  return new Spot({
    configurationRestAPI: { ...keys, basePath: exchange.url, retries: 0, timeout: 3000 },
    configurationWebsocketAPI: { ...keys, wsURL: `${ws}/ws-api/v3`, timeout: 3000 },
    configurationWebsocketStreams: { wsURL: ws },
  });
}

/** Of the best bid. */
function price(fraction: number): number {
  const bid = exchange.world.book(SYMBOL, 1).bids[0]?.[0] ?? 0;
  return Math.round(bid * fraction) / 100;
}

const free = (asset: string): string | undefined =>
  exchange.floor
    .account(UID)
    .view()
    .balances.find((balance) => balance.asset === asset)?.free;

describe.each([
  ['HMAC', { apiSecret: KEYS.secret }],
  ['Ed25519', { privateKey: KEYS.privateKey }],
] as const)('the connector with %s keys', (kind, credentials) => {
  let client: Spot;
  let rest: Spot['restAPI'];
  let ids = 0;
  const nextId = (): string => `c-${kind}-${(ids += 1)}`;

  beforeAll(() => {
    client = spot(credentials);
    rest = client.restAPI;
  });

  it('reads account, commission, limits and filters', async () => {
    const account = await (await rest.getAccount({ omitZeroBalances: true })).data();
    const commission = await (await rest.accountCommission({ symbol: SYMBOL })).data();
    const counts = await (await rest.rateLimitOrder()).data();
    const filters = await (await rest.myFilters({ symbol: SYMBOL })).data();

    expect(account).toMatchObject({ uid: UID, accountType: 'SPOT' });
    expect(account.balances?.every(({ free, locked }) => Number(free) + Number(locked) > 0)).toBe(
      true,
    );
    expect(commission).toMatchObject({ standardCommission: { taker: '0.00100000' } });
    expect(counts.map(({ limit }) => Number(limit))).toEqual([100, 200_000]);
    expect(filters.symbolFilters?.length).toBeGreaterThan(5);
  });

  it('places, asks, cancels and lists over REST', async () => {
    const newClientOrderId = nextId();
    const order = {
      symbol: SYMBOL,
      side: SpotRestAPI.NewOrderSideEnum.BUY,
      type: SpotRestAPI.NewOrderTypeEnum.LIMIT,
      timeInForce: SpotRestAPI.NewOrderTimeInForceEnum.GTC,
      quantity: 0.002,
      price: price(0.9),
      newClientOrderId,
    };
    const answer = await rest.newOrder(order);
    const placed = await answer.data();
    expect(placed).toMatchObject({ status: 'NEW', clientOrderId: newClientOrderId, fills: [] });

    const asked = await (
      await rest.getOrder({ symbol: SYMBOL, origClientOrderId: newClientOrderId })
    ).data();
    expect(asked).toMatchObject({
      orderId: placed.orderId,
      isWorking: true,
      origQty: '0.00200000',
    });
    const open = await (await rest.getOpenOrders({ symbol: SYMBOL })).data();
    expect(open.map(({ clientOrderId }) => clientOrderId)).toEqual([newClientOrderId]);

    const cancelled = await (
      await rest.deleteOrder({ symbol: SYMBOL, origClientOrderId: newClientOrderId })
    ).data();
    expect(cancelled).toMatchObject({ status: 'CANCELED', origClientOrderId: newClientOrderId });
    await expect(rest.deleteOpenOrders({ symbol: SYMBOL })).rejects.toThrow('Unknown order sent.');
    const all = await (await rest.allOrders({ symbol: SYMBOL })).data();
    expect(all.at(-1)).toMatchObject({ status: 'CANCELED' });
  });

  it('trades, and every trade is in its history with its commission', async () => {
    const before = Number(free('BTC'));
    const order = {
      symbol: SYMBOL,
      side: SpotRestAPI.NewOrderSideEnum.BUY,
      type: SpotRestAPI.NewOrderTypeEnum.MARKET,
      quantity: 0.01,
    };
    const placed = await (await rest.newOrder(order)).data();
    const orderId = placed.orderId ?? 0;
    const trades = await (await rest.myTrades({ symbol: SYMBOL, orderId })).data();

    expect(placed.status).toBe('FILLED');
    expect(trades.map(({ id }) => id)).toEqual(placed.fills?.map(({ tradeId }) => tradeId));
    const fees = trades.reduce((sum, { commission }) => sum + Number(commission), 0);
    expect(fees).toBeCloseTo(0.01 * 0.001, 8);
    expect(Number(free('BTC'))).toBeCloseTo(before + 0.01 - fees, 8);
  });

  it('sends a purchase with its two exits in one request', async () => {
    const list = {
      symbol: SYMBOL,
      workingType: SpotRestAPI.OrderListOpocoWorkingTypeEnum.LIMIT,
      workingSide: SpotRestAPI.OrderListOpocoWorkingSideEnum.BUY,
      workingTimeInForce: SpotRestAPI.OrderListOpocoWorkingTimeInForceEnum.FOK,
      workingPrice: price(1.01),
      workingQuantity: 0.01,
      workingClientOrderId: nextId(),
      pendingSide: SpotRestAPI.OrderListOpocoPendingSideEnum.SELL,
      pendingAboveType: SpotRestAPI.OrderListOpocoPendingAboveTypeEnum.LIMIT_MAKER,
      pendingAbovePrice: price(1.2),
      pendingAboveClientOrderId: nextId(),
      pendingBelowType: SpotRestAPI.OrderListOpocoPendingBelowTypeEnum.STOP_LOSS,
      pendingBelowStopPrice: price(0.8),
      pendingBelowClientOrderId: nextId(),
      listClientOrderId: nextId(),
    };
    const placed = await (await rest.orderListOpoco(list)).data();
    expect(placed).toMatchObject({
      contingencyType: 'OTO',
      listClientOrderId: list.listClientOrderId,
    });
    expect(placed.orderReports).toHaveLength(3);

    const exits = await (await rest.getOpenOrders({ symbol: SYMBOL })).data();
    expect(exits.map(({ type }) => String(type)).toSorted()).toEqual(['LIMIT_MAKER', 'STOP_LOSS']);
    for (const { origQty, side } of exits) {
      expect(side).toBe('SELL');
      expect(Number(origQty)).toBeGreaterThan(0.0099);
      expect(Number(origQty)).toBeLessThanOrEqual(0.01);
    }
    const lists = await (await rest.openOrderList()).data();
    expect(lists.map(({ listClientOrderId }) => listClientOrderId)).toContain(
      list.listClientOrderId,
    );
    const ended = await (
      await rest.deleteOrderList({ symbol: SYMBOL, listClientOrderId: list.listClientOrderId })
    ).data();
    expect(ended).toMatchObject({ listOrderStatus: 'ALL_DONE' });
    expect(await (await rest.getOpenOrders({ symbol: SYMBOL })).data()).toEqual([]);
  });

  it('places both forms of OCO', async () => {
    const oco = {
      symbol: SYMBOL,
      side: SpotRestAPI.OrderListOcoSideEnum.SELL,
      quantity: 0.005,
      aboveType: SpotRestAPI.OrderListOcoAboveTypeEnum.LIMIT_MAKER,
      abovePrice: price(1.2),
      belowType: SpotRestAPI.OrderListOcoBelowTypeEnum.STOP_LOSS_LIMIT,
      belowStopPrice: price(0.8),
      belowPrice: price(0.79),
      belowTimeInForce: SpotRestAPI.OrderListOcoBelowTimeInForceEnum.GTC,
    };
    const placed = await (await rest.orderListOco(oco)).data();
    const old = await (
      await rest.sendSignedRequest<{ orderReports: { type: string }[] }>(
        '/api/v3/order/oco',
        'POST',
        {
          symbol: SYMBOL,
          side: 'SELL',
          quantity: 0.005,
          price: price(1.2),
          stopPrice: price(0.8),
        },
      )
    ).data();

    expect(placed).toMatchObject({ contingencyType: 'OCO', listOrderStatus: 'EXECUTING' });
    expect(old.orderReports).toHaveLength(2);
    const cancelled = await (await rest.deleteOpenOrders({ symbol: SYMBOL })).data();
    expect(cancelled).toHaveLength(2);
  });

  it('places, asks and cancels over the WebSocket API', async () => {
    const api = await client.websocketAPI.connect();
    const newClientOrderId = nextId();
    const answer = await api.orderPlace({
      symbol: SYMBOL,
      side: SpotWebsocketAPI.OrderPlaceSideEnum.BUY,
      type: SpotWebsocketAPI.OrderPlaceTypeEnum.LIMIT,
      timeInForce: SpotWebsocketAPI.OrderPlaceTimeInForceEnum.GTC,
      quantity: 0.002,
      price: price(0.9),
      newClientOrderId,
    });
    expect(answer.data).toMatchObject({ status: 'NEW', clientOrderId: newClientOrderId });
    const kinds = answer.rateLimits?.map(({ rateLimitType }) => rateLimitType);
    expect(kinds).toEqual(['ORDERS', 'ORDERS', 'REQUEST_WEIGHT']);

    const status = await api.orderStatus({ symbol: SYMBOL, origClientOrderId: newClientOrderId });
    expect(status.data).toMatchObject({ orderId: answer.data?.orderId });
    const cancelled = await api.orderCancel({
      symbol: SYMBOL,
      origClientOrderId: newClientOrderId,
    });
    expect(cancelled.data).toMatchObject({ status: 'CANCELED' });
    await expect(
      api.orderCancel({ symbol: SYMBOL, origClientOrderId: newClientOrderId }),
    ).rejects.toMatchObject({ code: -2011 });
    await api.disconnect();
  });

  it('hears of what it does, in order', async () => {
    const api = await client.websocketAPI.connect();
    const subscription = await api.userDataStreamSubscribeSignature();
    const heard: Record<string, unknown>[] = [];
    subscription.stream.on('message', (event) => {
      heard.push(event as unknown as Record<string, unknown>);
    });
    const newClientOrderId = nextId();
    await rest.newOrder({
      symbol: SYMBOL,
      side: SpotRestAPI.NewOrderSideEnum.SELL,
      type: SpotRestAPI.NewOrderTypeEnum.MARKET,
      quantity: 0.001,
      newClientOrderId,
    });

    await expect.poll(() => heard.some((event) => event['X'] === 'FILLED')).toBe(true);
    const reports = heard.filter((event) => event['c'] === newClientOrderId);
    expect(reports[0]).toMatchObject({ x: 'NEW', X: 'NEW', t: -1, N: null });
    expect(reports.at(-1)).toMatchObject({ x: 'TRADE', X: 'FILLED', z: '0.00100000', N: 'USDT' });
    await expect
      .poll(() => heard.some((event) => event['e'] === 'outboundAccountPosition'))
      .toBe(true);
    await api.userDataStreamUnsubscribe();
    await api.disconnect();
  });
});

describe('a session logged on', () => {
  it('needs no key or signature, until it is logged out', async () => {
    const client = spot({ privateKey: KEYS.privateKey });
    const api = await client.websocketAPI.connect();
    const logon = await api.sessionLogon();
    expect(logon[0]?.data).toMatchObject({ apiKey: KEYS.apiKey, userDataStream: false });

    await api.userDataStreamSubscribe();
    const status = await api.sessionStatus();
    expect(status.data).toMatchObject({ userDataStream: true });
    const account = await api.accountStatus();
    expect(account.data).toMatchObject({ uid: UID });

    const [out] = await api.sessionLogout();
    expect(out?.data).toMatchObject({ apiKey: null, userDataStream: false });
    await api.disconnect();
  });

  it('is refused to HMAC keys', async () => {
    const api = await spot({ apiSecret: KEYS.secret }).websocketAPI.connect();

    await expect(api.sessionLogon()).rejects.toMatchObject({ code: -4056 });
    await api.disconnect();
  });
});
