/** An account's own stream under the faults that hit streams, and what an operator does by hand. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { apiSocket, signed } from '../support/api-socket.ts';
import type { ApiSocket } from '../support/api-socket.ts';
import {
  ccxtTrader,
  practiceWithAccount,
  signedRequest,
  UID,
} from '../support/practice-account.ts';
import { clearFaults, postFault } from '../support/practice.ts';

const SYMBOL = 'BTCUSDT';
const target = { stream: 'userData' };
let exchange: PracticeExchange;

beforeAll(async () => {
  exchange = await practiceWithAccount();
});

afterEach(() => clearFaults(exchange.url));

afterAll(() => exchange.close());

async function listen(): Promise<ApiSocket> {
  const socket = await apiSocket(exchange.url);
  await socket.ask('userDataStream.subscribe.signature', signed());
  return socket;
}

/** Two events an order: its report and the balance. */
function buy(quantity = '0.001'): void {
  exchange.floor.account(UID).place({ symbol: SYMBOL, side: 'BUY', type: 'MARKET', quantity });
}

const executions = (socket: ApiSocket): readonly number[] =>
  socket
    .events()
    .filter((event) => event['e'] === 'executionReport')
    .map((event) => Number(event['I']));

const ascending = (ids: readonly number[]): readonly number[] => ids.toSorted((a, b) => a - b);

describe('the account’s stream', () => {
  it('tells of a purchase in the order in which it happened', async () => {
    using socket = await listen();
    buy();

    await expect.poll(() => socket.events().at(-1)?.['e']).toBe('outboundAccountPosition');
    const ids = executions(socket);
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(ids).toEqual(ascending([...new Set(ids)]));
  });

  it.each([
    ['event-duplicate', {}, (ids: readonly number[]) => new Set(ids).size < ids.length],
    ['event-reorder', {}, (ids: readonly number[]) => ids.some((id, i) => id < (ids[i - 1] ?? 0))],
    ['event-missing', { probability: 0.4 }, hasGap],
  ])('suffers %s', async (kind, more, isSeen) => {
    using socket = await listen();
    await postFault(exchange.url, { kind, target, ...more });

    await expect
      .poll(() => {
        buy();
        return isSeen(executions(socket));
      })
      .toBe(true);
  });

  it.each([
    ['event-late', { delayMs: 500 }],
    ['socket-delay', { delayMs: 500 }],
  ])('suffers %s', async (kind, more) => {
    using socket = await listen();
    await postFault(exchange.url, { kind, target, ...more });
    const startedMs = performance.now();
    buy();

    await expect.poll(() => executions(socket).length).toBeGreaterThan(0);
    expect(performance.now() - startedMs).toBeGreaterThan(450);
  });

  it('suffers socket-throttle', async () => {
    using socket = await listen();
    await postFault(exchange.url, { kind: 'socket-throttle', target, messagesPerSecond: 5 });
    buy();
    buy();

    await expect.poll(() => executions(socket).length).toBe(1);
    await clearFaults(exchange.url);
    await expect.poll(() => executions(socket).length).toBeGreaterThanOrEqual(4);
  });

  it('goes mute while requests are answered, and dies alone', async () => {
    using socket = await listen();
    using other = await apiSocket(exchange.url);
    await postFault(exchange.url, { kind: 'socket-mute', target });
    buy();

    expect((await socket.ask('time')).status).toBe(200);
    expect(executions(socket)).toEqual([]);
    await clearFaults(exchange.url);
    await postFault(exchange.url, { kind: 'socket-drop', target });
    expect(await socket.closed).toBe(1006);
    expect((await other.ask('ping')).status, 'who listens to nothing stays').toBe(200);
  });

  it('is refused for its rate by fault, and cut off by a ban', async () => {
    const own = await practiceWithAccount();
    using socket = await apiSocket(own.url);
    const limit = await postFault(own.url, { kind: 'rate-limit', retryAfterS: 9 });
    const limited = await socket.ask('account.status', signed());
    own.faults.stop(limit);
    await postFault(own.url, { kind: 'ip-ban', banMs: 60_000 });
    const banned = await socket.ask('time');

    expect(limited).toMatchObject({ status: 429, error: { code: -1003 } });
    expect(banned).toMatchObject({ status: 418, error: { code: -1003 } });
    expect(await socket.closed).toBe(1008);
    await expect(apiSocket(own.url)).rejects.toThrow('418');
    await own.close();
  });

  it('says goodbye when the exchange closes', async () => {
    const own = await practiceWithAccount();
    using socket = await apiSocket(own.url);
    await socket.ask('ping');
    await own.close();

    expect(socket.frames.at(-1)).toMatch(/^\{"event":\{"e":"serverShutdown","E":\d+\}\}$/);
    expect(await socket.closed).toBe(1001);
  });
});

function hasGap(ids: readonly number[]): boolean {
  return ids.some((id, i) => i > 0 && id > (ids[i - 1] ?? 0) + 1);
}

describe('by hand', () => {
  const act = async (action: string, body: object, uid = UID) => {
    const answer = await fetch(`${exchange.url}/practice/accounts/${uid}/${action}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('money comes and goes, and the venue’s histories say so', async () => {
    using socket = await listen();
    await using client = await ccxtTrader(exchange.url);
    const { exchange: ccxt } = client;
    await act('transfer', { kind: 'deposit', asset: 'USDT', amount: '50' });
    await act('transfer', { kind: 'withdrawal', asset: 'USDT', amount: '20.5' });
    const convert = {
      kind: 'convert',
      asset: 'USDT',
      amount: '10',
      toAsset: 'BNB',
      toAmount: '0.02',
    };
    await act('transfer', convert);

    const since = Date.now() - 60_000;
    const deposits = await ccxt.fetchDeposits('USDT', since);
    const withdrawals = await ccxt.fetchWithdrawals('USDT', since);
    const flow = (await ccxt.sapiGetConvertTradeFlow({
      startTime: since,
      endTime: Date.now(),
    })) as {
      list: object[];
    };
    expect(deposits.map(({ amount, status }) => [Number(amount), status])).toEqual([[50, 'ok']]);
    expect(withdrawals.map(({ amount, status }) => [Number(amount), status])).toEqual([
      [20.5, 'ok'],
    ]);
    expect(flow.list).toMatchObject([{ fromAsset: 'USDT', toAsset: 'BNB', toAmount: '0.02' }]);
    const deltas = socket.events().filter((event) => event['e'] === 'balanceUpdate');
    expect(deltas.map((event) => event['d'])).toEqual(
      expect.arrayContaining(['50.00000000', '-20.50000000', '-10.00000000', '0.02000000']),
    );
    expect(await ccxt.sapiGetAssetDribblet()).toMatchObject({ userAssetDribblets: [] });
    expect(await ccxt.sapiGetAssetTradeFee({ symbol: SYMBOL })).toMatchObject([
      { symbol: SYMBOL, takerCommission: '0.001' },
    ]);
  });

  it('orders are placed and cancelled, and seen as the account’s own', async () => {
    const order = {
      symbol: SYMBOL,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.001',
    };
    const bid = exchange.world.book(SYMBOL, 1).bids[0]?.[0] ?? 0;
    const price = (Math.round(bid * 0.9) / 100).toFixed(2);
    const placed = await act('order', { ...order, price, newClientOrderId: 'by-hand' });
    expect(placed).toMatchObject({ status: 201, body: { order: { status: 'NEW' } } });

    const query = { symbol: SYMBOL, origClientOrderId: 'by-hand' };
    const found = await signedRequest(exchange.url, { path: '/api/v3/order', query });
    expect(found.body).toMatchObject({ status: 'NEW' });
    expect(await act('cancel', query)).toMatchObject({ body: { order: { status: 'CANCELED' } } });
    expect(await act('cancel', query)).toMatchObject({ status: 400, body: { code: -2011 } });
  });

  it('a balance moves without a reason, and mistakes are told', async () => {
    const { status, body } = await act('move', { asset: 'BTC', delta: '-0.1' });

    expect([status, body['uid']]).toEqual([201, UID]);
    expect((await act('move', { asset: 'BTC', delta: 'all' })).status).toBe(400);
    expect((await act('steal', {})).status).toBe(404);
    expect((await act('move', { asset: 'BTC', delta: '1' }, 9)).status).toBe(404);
  });

  it('the truth of all accounts is there to compare with', async () => {
    const answer = await fetch(`${exchange.url}/practice/accounts`);
    const accounts = (await answer.json()) as Record<string, unknown[]>[];

    expect(accounts).toHaveLength(1);
    expect(Object.keys(accounts[0] ?? {})).toEqual([
      'uid',
      'balances',
      'openOrders',
      'orders',
      'trades',
      'transfers',
    ]);
    expect(accounts[0]?.['trades']?.length).toBeGreaterThan(0);
    const fromPage = await fetch(`${exchange.url}/practice/accounts`, {
      headers: { Origin: 'http://example.com' },
    });
    expect(fromPage.status).toBe(403);
  });
});
