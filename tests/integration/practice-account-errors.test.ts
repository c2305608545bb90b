/** Every refusal an account can meet, by code and words, over REST and the WebSocket API. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { apiSocket, signed } from '../support/api-socket.ts';
import type { ApiSocket } from '../support/api-socket.ts';
import {
  accountConfig,
  KEYS,
  practiceWithAccount,
  signedRequest,
} from '../support/practice-account.ts';

const SYMBOL = 'BTCUSDT';
const READER = 'keyThatMayOnlyRead1002';
let exchange: PracticeExchange;
let socket: ApiSocket;

beforeAll(async () => {
  const accounts = [
    ...accountConfig(),
    ...accountConfig({ uid: 1002, api_key: READER, can_trade: false }),
  ];
  exchange = await practiceWithAccount({ accounts });
  socket = await apiSocket(exchange.url);
});

afterAll(async () => {
  socket.socket.terminate();
  await exchange.close();
});

function price(fraction: number): string {
  const bid = exchange.world.book(SYMBOL, 1).bids[0]?.[0] ?? 0;
  return (Math.round(bid * fraction) / 100).toFixed(2);
}

const limit = (more: object = {}): Record<string, string> => ({
  symbol: SYMBOL,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.001',
  price: price(0.9),
  ...more,
});

function without(order: Record<string, string>, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(order).filter(([name]) => !names.includes(name)));
}

const sellOco = (more: object = {}): Record<string, string> => ({
  symbol: SYMBOL,
  side: 'SELL',
  quantity: '0.001',
  aboveType: 'LIMIT_MAKER',
  abovePrice: price(1.1),
  belowType: 'STOP_LOSS',
  belowStopPrice: price(0.9),
  ...more,
});

type Refusal = readonly [
  what: string,
  order: () => Record<string, string>,
  code: number,
  words: string,
];

const ORDERS: readonly Refusal[] = [
  [
    'no symbol',
    () => without(limit(), 'symbol'),
    -1102,
    "Mandatory parameter 'symbol' was not sent",
  ],
  ['an unknown symbol', () => limit({ symbol: 'NOPEUSDT' }), -1121, 'Invalid symbol.'],
  ['no side', () => without(limit(), 'side'), -1102, "Mandatory parameter 'side'"],
  ['another side', () => limit({ side: 'HOLD' }), -1117, 'Invalid side.'],
  ['another type', () => limit({ type: 'ICEBERG' }), -1116, 'Invalid orderType.'],
  ['another time in force', () => limit({ timeInForce: 'GTD' }), -1115, 'Invalid timeInForce.'],
  ['a limit without price', () => without(limit(), 'price'), -1102, "Mandatory parameter 'price'"],
  ['a limit without time in force', () => without(limit(), 'timeInForce'), -1102, "'timeInForce'"],
  [
    'a market order with a price',
    () => without(limit({ type: 'MARKET' }), 'timeInForce'),
    -1106,
    "'price' sent when not required",
  ],
  [
    'a negative quantity',
    () => limit({ quantity: '-1' }),
    -1100,
    "Illegal characters found in parameter 'quantity'",
  ],
  [
    'nine decimals',
    () => limit({ quantity: '0.000000001' }),
    -1111,
    "'quantity' has too much precision",
  ],
  [
    'an id with a space',
    () => limit({ newClientOrderId: 'my order' }),
    -1100,
    "'newClientOrderId'",
  ],
  ['an empty parameter', () => limit({ price: '' }), -1105, "Parameter 'price' was empty."],
  [
    'a parameter it does not know',
    () => limit({ created: '1' }),
    -1104,
    'Not all sent parameters were read',
  ],
  [
    'another response type',
    () => limit({ newOrderRespType: 'LONG' }),
    -1130,
    "'newOrderRespType' is not valid",
  ],
  [
    'another STP mode',
    () => limit({ selfTradePreventionMode: 'MAYBE' }),
    -1130,
    "'selfTradePreventionMode'",
  ],
  [
    'a price between ticks',
    () => limit({ price: `${price(0.9)}1` }),
    -1013,
    'Filter failure: PRICE_FILTER',
  ],
  [
    'a quantity between steps',
    () => limit({ quantity: '0.0010001' }),
    -1013,
    'Filter failure: LOT_SIZE',
  ],
  ['too little', () => limit({ quantity: '0.00001' }), -1013, 'Filter failure: NOTIONAL'],
  [
    'a price far away',
    () => limit({ price: price(0.1) }),
    -1013,
    'Filter failure: PERCENT_PRICE_BY_SIDE',
  ],
  [
    'more than it has',
    () => limit({ quantity: '100' }),
    -2010,
    'Account has insufficient balance for requested action.',
  ],
  [
    'a maker that would take',
    () => without(limit({ type: 'LIMIT_MAKER', price: price(1.1) }), 'timeInForce'),
    -2010,
    'Order would immediately match and take.',
  ],
  [
    'a stop that would trigger',
    () => without(limit({ type: 'STOP_LOSS', stopPrice: price(0.9) }), 'timeInForce', 'price'),
    -2010,
    'would trigger immediately',
  ],
  ['an iceberg', () => limit({ icebergQty: '0.0005' }), -2010, 'Iceberg orders are not supported'],
];

describe('an order is refused', () => {
  it.each(ORDERS)('for %s', async (_what, order, code, words) => {
    const rest = await signedRequest(exchange.url, {
      verb: 'POST',
      path: '/api/v3/order',
      query: order(),
    });
    const over = await socket.ask('order.place', signed(order()));

    for (const error of [rest.body, over.error]) {
      expect(error).toMatchObject({ code, msg: expect.stringContaining(words) as string });
    }
    expect([rest.status, over.status]).toEqual([400, 400]);
  });

  it('by the filters of this moment', async () => {
    const changed = exchange.faults.start({
      kind: 'filter-change',
      target: { symbol: SYMBOL },
      afterMs: 0,
      probability: 1,
      minNotional: '500',
    });
    const place = () =>
      signedRequest(exchange.url, { verb: 'POST', path: '/api/v3/order/test', query: limit() });

    expect((await place()).body).toEqual({ code: -1013, msg: 'Filter failure: NOTIONAL' });
    exchange.faults.stop(changed?.id ?? '');
    expect((await place()).status).toBe(200);
  });

  it('for the same id twice, until the first has ended', async () => {
    const order = limit({ newClientOrderId: 'twice' });
    const place = () =>
      signedRequest(exchange.url, { verb: 'POST', path: '/api/v3/order', query: order });
    const key = { symbol: SYMBOL, origClientOrderId: 'twice' };
    const cancel = () =>
      signedRequest(exchange.url, { verb: 'DELETE', path: '/api/v3/order', query: key });

    expect((await place()).status).toBe(200);
    expect((await place()).body).toEqual({ code: -2010, msg: 'Duplicate order sent.' });
    expect((await cancel()).status).toBe(200);
    expect((await place()).status).toBe(200);
    expect((await cancel()).status).toBe(200);
    expect((await cancel()).body).toEqual({ code: -2011, msg: 'Unknown order sent.' });
  });

  it('for too many of them in ten seconds, with the count in the headers before', async () => {
    // In an interval of its own, on an account of its own.
    const uid = 1003;
    const key = 'keyOfTheHasty1003';
    await using hasty = await busy(uid, key);
    const place = () =>
      signedRequest(hasty.url, {
        verb: 'POST',
        path: '/api/v3/order',
        query: limitOn(hasty),
        apiKey: key,
      });
    const first = await place();
    let refused = 0;
    let counted = 0;
    for (let i = 0; i < 230 && refused === 0; i += 1) {
      const answer = await place();
      if (answer.status === 200) counted = Number(answer.headers.get('x-mbx-order-count-10s'));
      else {
        expect(answer.status).toBe(429);
        expect(answer.body).toEqual({
          code: -1015,
          msg: 'Too many new orders; current limit is 100 orders per 10 SECOND.',
        });
        refused += 1;
      }
    }
    expect([counted, refused]).toEqual([100, 1]);
    const replace = {
      ...limitOn(hasty),
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrderId: String(first.body['orderId']),
    };
    const asked = { verb: 'POST', path: '/api/v3/order/cancelReplace', apiKey: key };
    const plain = await signedRequest(hasty.url, { ...asked, query: replace });
    expect(plain).toMatchObject({ status: 429, body: { code: -1015 } });
    const query = { ...replace, orderRateLimitExceededMode: 'CANCEL_ONLY' };
    const cancelling = await signedRequest(hasty.url, { ...asked, query });
    expect(cancelling).toMatchObject({
      status: 429,
      body: {
        code: -2021,
        data: { cancelResult: 'SUCCESS', newOrderResponse: { code: -1015 } },
      },
    });
  });
});

async function busy(uid: number, apiKey: string) {
  const accounts = accountConfig({ uid, api_key: apiKey });
  const started = await practiceWithAccount({ accounts });
  return { url: started.url, started, [Symbol.asyncDispose]: () => started.close() };
}

function limitOn({ started }: { started: PracticeExchange }): Record<string, string> {
  const bid = started.world.book(SYMBOL, 1).bids[0]?.[0] ?? 0;
  return { ...limit(), price: (Math.round(bid * 0.9) / 100).toFixed(2) };
}

describe('an order list is refused', () => {
  it.each([
    ['two limits', () => sellOco({ belowType: 'LIMIT_MAKER', belowPrice: price(0.9) }), -1168],
    [
      'a loss above a sale',
      () => sellOco({ aboveType: 'STOP_LOSS', aboveStopPrice: price(1.1) }),
      -1197,
    ],
    ['a gain below a sale', () => sellOco({ belowType: 'TAKE_PROFIT' }), -1199],
    ['prices in the wrong order', () => sellOco({ abovePrice: price(0.95) }), -2010],
    ['an empty type of a leg', () => sellOco({ belowType: '' }), -1105],
    ['no stop price', () => without(sellOco(), 'belowStopPrice'), -1102],
  ])('for %s', async (_what, list, code) => {
    const query = without(list(), ...(list()['aboveType'] === 'STOP_LOSS' ? ['abovePrice'] : []));
    const asked = { verb: 'POST', path: '/api/v3/orderList/oco', query };

    expect(await signedRequest(exchange.url, asked)).toMatchObject({ status: 400, body: { code } });
  });

  it('for a purchase that pays another purchase', async () => {
    const query = {
      symbol: SYMBOL,
      workingType: 'LIMIT',
      workingSide: 'BUY',
      workingTimeInForce: 'GTC',
      workingPrice: price(0.9),
      workingQuantity: '0.001',
      pendingType: 'LIMIT',
      pendingSide: 'BUY',
      pendingTimeInForce: 'GTC',
      pendingPrice: price(0.8),
    };
    const place = (more: object) =>
      signedRequest(exchange.url, {
        verb: 'POST',
        path: '/api/v3/orderList/opo',
        query: { ...query, ...more },
      });

    expect((await place({})).body).toMatchObject({ code: -1223 });
    expect((await place({ workingSide: 'SELL' })).body).toMatchObject({ code: -1222 });
  });
});

describe('a replacement', () => {
  const replace = (more: { readonly type?: string } & Record<string, string>) => {
    const order = limit({ cancelReplaceMode: 'STOP_ON_FAILURE', ...more });
    return signedRequest(exchange.url, {
      verb: 'POST',
      path: '/api/v3/order/cancelReplace',
      query: more.type === 'LIMIT_MAKER' ? without(order, 'timeInForce') : order,
    });
  };

  async function resting(newClientOrderId: string): Promise<string> {
    const order = limit({ newClientOrderId });
    await signedRequest(exchange.url, { verb: 'POST', path: '/api/v3/order', query: order });
    return newClientOrderId;
  }

  it('is not tried when the cancel fails', async () => {
    expect(await replace({ cancelOrigClientOrderId: 'nobody' })).toMatchObject({
      status: 400,
      body: {
        code: -2022,
        data: {
          cancelResult: 'FAILURE',
          newOrderResult: 'NOT_ATTEMPTED',
          cancelResponse: { code: -2011 },
          newOrderResponse: null,
        },
      },
    });
  });

  it('is half done when only the new order fails', async () => {
    const cancelOrigClientOrderId = await resting('half');
    const answer = await replace({
      cancelOrigClientOrderId,
      type: 'LIMIT_MAKER',
      price: price(1.1),
    });

    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: -2021,
        data: {
          cancelResult: 'SUCCESS',
          newOrderResult: 'FAILURE',
          newOrderResponse: { code: -2010 },
        },
      },
    });
  });

  it('is half done when only the cancel fails and that is allowed', async () => {
    const answer = await replace({
      cancelOrigClientOrderId: 'nobody',
      cancelReplaceMode: 'ALLOW_FAILURE',
    });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: -2021, data: { cancelResult: 'FAILURE', newOrderResult: 'SUCCESS' } },
    });
    await signedRequest(exchange.url, {
      verb: 'DELETE',
      path: '/api/v3/openOrders',
      query: { symbol: SYMBOL },
    });
  });

  it('says so over the WebSocket API too', async () => {
    const order = limit({
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelOrigClientOrderId: 'nobody',
    });
    const answer = await socket.ask('order.cancelReplace', signed(order));

    expect(answer).toMatchObject({
      status: 400,
      error: { code: -2022, data: { cancelResult: 'FAILURE' } },
    });
  });

  it('names what it replaces and how', async () => {
    expect((await replace({})).body).toMatchObject({ code: -1102 });
    expect(
      (await replace({ cancelOrigClientOrderId: 'a', cancelReplaceMode: 'MAYBE' })).body,
    ).toMatchObject({ code: -1130 });
    expect(
      (await replace({ cancelOrigClientOrderId: 'a', cancelRestrictions: 'ANY' })).body,
    ).toEqual({
      code: -1145,
      msg: 'Invalid cancelRestrictions',
    });
  });
});

describe('a request is refused', () => {
  const account = (more: object) =>
    signedRequest(exchange.url, { path: '/api/v3/account', ...more });

  it.each([
    ['a key of another form', { apiKey: 'no-key' }, 401, -2014],
    ['an unknown key', { apiKey: 'unknownKey000' }, 401, -2015],
    ['a wrong signature', { signature: 'a'.repeat(64) }, 400, -1022],
    ['no signature', { signature: '' }, 400, -1102],
    ['an old time', { query: { timestamp: '1700000000000' } }, 400, -1021],
    ['a time ahead', { query: { timestamp: String(Date.now() + 60_000) } }, 400, -1021],
    ['too wide a window', { query: { recvWindow: '60001' } }, 400, -1102],
    ['a time of letters', { query: { timestamp: 'now' } }, 400, -1100],
  ])('for %s', async (_what, more, status, code) => {
    expect(await account(more)).toMatchObject({ status, body: { code } });
  });

  it('for the same things over the WebSocket API', async () => {
    const ask = async (parameters: object) =>
      (await socket.ask('account.status', parameters as Record<string, string>)).error?.code;
    const good = signed();

    expect(await ask(good)).toBeUndefined();
    expect(await ask({ ...good, apiKey: 'no-key' })).toBe(-2014);
    expect(await ask({ ...good, apiKey: 'unknownKey000' })).toBe(-2015);
    expect(await ask({ ...good, signature: 'a'.repeat(64) })).toBe(-1022);
    expect(await ask(signed({ timestamp: 1_700_000_000_000 }))).toBe(-1021);
    expect(await ask({})).toBe(-1102);
    expect((await socket.ask('order.guess')).error?.code).toBe(-1020);
    socket.socket.send('{"id":');
    await expect.poll(() => socket.frames.at(-1)).toContain('-1135');
  });

  it('to trade, with a key that may only read', async () => {
    const order = { verb: 'POST', path: '/api/v3/order', query: limit(), apiKey: READER };

    expect(await signedRequest(exchange.url, order)).toMatchObject({
      status: 401,
      body: { code: -2015 },
    });
    expect((await account({ apiKey: READER })).status).toBe(200);
  });

  it('for more than a day of history, bad combinations and missing names', async () => {
    const get = async (path: string, query: Record<string, string>) =>
      (await signedRequest(exchange.url, { path, query })).body['code'];
    const day = { symbol: SYMBOL, startTime: '1700000000000', endTime: '1700086400001' };

    expect(await get('/api/v3/myTrades', day)).toBe(-1127);
    expect(await get('/api/v3/allOrders', day)).toBe(-1127);
    expect(await get('/api/v3/myTrades', { symbol: SYMBOL, fromId: '1', startTime: '1' })).toBe(
      -1128,
    );
    expect(await get('/api/v3/order', { symbol: SYMBOL })).toBe(-1102);
    expect(await get('/api/v3/orderList', {})).toBe(-1102);
    expect(await get('/api/v3/order', { symbol: SYMBOL, orderId: '1' })).toBe(-2013);
    expect(await get('/api/v3/account', { omitZeroBalances: 'perhaps' })).toBe(-1130);
  });

  it('for an id that is not the one of the order named beside it', async () => {
    const order = limit({ newClientOrderId: 'named' });
    const { body } = await signedRequest(exchange.url, {
      verb: 'POST',
      path: '/api/v3/order',
      query: order,
    });
    const query = { symbol: SYMBOL, orderId: String(body['orderId']), origClientOrderId: 'other' };

    expect(
      (await signedRequest(exchange.url, { path: '/api/v3/order', query })).body,
    ).toMatchObject({ code: -2039 });
    const right = { ...query, origClientOrderId: 'named' };
    expect(
      (await signedRequest(exchange.url, { verb: 'DELETE', path: '/api/v3/order', query: right }))
        .status,
    ).toBe(200);
  });

  it('for a second stream of one account, and for ending none', async () => {
    using other = await apiSocket(exchange.url);

    expect((await other.ask('userDataStream.subscribe')).error?.code).toBe(-1002);
    expect((await other.ask('userDataStream.subscribe.signature', signed())).result).toEqual({
      subscriptionId: 0,
    });
    expect((await other.ask('userDataStream.subscribe.signature', signed())).error?.code).toBe(
      -2035,
    );
    expect((await other.ask('userDataStream.unsubscribe', { subscriptionId: 7 })).error?.code).toBe(
      -2036,
    );
    expect((await other.ask('userDataStream.unsubscribe', { subscriptionId: 0 })).result).toEqual(
      {},
    );
    expect(other.events()).toMatchObject([{ e: 'eventStreamTerminated' }]);
  });

  it('by weight, over both doors with one budget', async () => {
    await using own = await busy(1004, 'keyOfTheCurious1004');
    using asking = await apiSocket(own.url, '?returnRateLimits=false');
    let last = await asking.ask('ping');
    expect(last.rateLimits, 'as the address asked').toBeUndefined();
    for (let i = 0; i < 80 && last.status === 200; i += 1) {
      last = await asking.ask('openOrders.status', signed({ apiKey: 'keyOfTheCurious1004' }));
    }
    const rest = await fetch(`${own.url}/api/v3/time`);

    expect(last).toMatchObject({
      status: 429,
      error: { code: -1003, data: { retryAfter: expect.any(Number) as number } },
    });
    expect(rest.status).toBe(429);
  });
});

describe('the key', () => {
  it('revoked in the middle of a session ends the session', async () => {
    using session = await apiSocket(exchange.url);
    expect((await session.ask('session.logon', signed({}, true))).result).toMatchObject({
      apiKey: KEYS.apiKey,
    });
    expect((await session.ask('account.status', { timestamp: Date.now() })).status).toBe(200);
    const run = exchange.faults.start({
      kind: 'key-refused',
      target: {},
      afterMs: 0,
      probability: 1,
    });
    session.send('account.status', { timestamp: Date.now() });
    await expect
      .poll(() => session.frames.at(-1))
      .toContain('{"id":null,"status":401,"error":{"code":-2015');
    exchange.faults.stop(run?.id ?? '');

    expect((await session.ask('session.status')).result).toMatchObject({ apiKey: null });
  });
});
