/** Every fault of the order path, by name, over both transports: what the caller gets, what is true. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ORDER_FAULT_KINDS } from '#practice/faults/fault.ts';
import type { OrderFaultKind } from '#practice/faults/fault.ts';
import type { OrderState } from '#practice/account/trading.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { apiSocket, signed } from '../support/api-socket.ts';
import type { ApiSocket } from '../support/api-socket.ts';
import { practiceWithAccount, signedRequest, UID } from '../support/practice-account.ts';
import type { BareAnswer } from '../support/practice-account.ts';
import { clearFaults, postFault } from '../support/practice.ts';

const SYMBOL = 'BTCUSDT';
const LATE_MS = 400;
let exchange: PracticeExchange;
let ids = 0;

beforeAll(async () => {
  exchange = await practiceWithAccount();
});

afterEach(async () => {
  await clearFaults(exchange.url);
  const account = exchange.floor.account(UID);
  if (account.openOrders(SYMBOL).length > 0) account.cancelAll(SYMBOL);
});

afterAll(() => exchange.close());

const fault = (kind: OrderFaultKind, more: object = {}): Promise<string> =>
  postFault(exchange.url, { kind, ...more });

/** What the exchange itself knows of an order. */
function truth(clientOrderId: string): OrderState | undefined {
  const orders = exchange.floor.account(UID).allOrders({ symbol: SYMBOL, limit: 1000 });
  return orders.find((order) => order.clientOrderId === clientOrderId);
}

function nextOrder(more: object = {}): Record<string, string> & { newClientOrderId: string } {
  const bid = exchange.world.book(SYMBOL, 1).bids[0]?.[0] ?? 0;
  return {
    symbol: SYMBOL,
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.001',
    price: (Math.round(bid * 0.9) / 100).toFixed(2),
    newClientOrderId: `f${(ids += 1)}`,
    ...more,
  };
}

const post = (order: Record<string, string>): Promise<BareAnswer> =>
  signedRequest(exchange.url, { verb: 'POST', path: '/api/v3/order', query: order });

type Sent = { readonly rest: () => Promise<BareAnswer> } | { readonly socket: ApiSocket };

/** What the caller gets to see of each fault that spoils an answer. */
const seen = {
  'order-refuse': async (sent: Sent) => {
    if ('rest' in sent) await expect(sent.rest()).rejects.toThrow('fetch failed');
    else expect(await sent.socket.closed).toBe(1006);
  },
  'order-hang': async (sent: Sent) => {
    if ('rest' in sent) {
      const outcome = await Promise.race([sent.rest(), silence('silence')]);
      expect(outcome).toBe('silence');
    } else {
      await silence('');
      expect(sent.socket.frames).toEqual([]);
    }
  },
  'order-5xx': async (sent: Sent) => {
    const error = { code: -1007, msg: expect.stringContaining('unknown') as string };
    if ('rest' in sent) expect(await sent.rest()).toMatchObject({ status: 503, body: error });
    else expect(await frame(sent.socket)).toContain('"status":503,"error":{"code":-1007');
  },
  'order-reset': async (sent: Sent) => {
    if ('rest' in sent) await expect(sent.rest()).rejects.toThrow();
    else expect(await sent.socket.closed).toBe(1006);
  },
  'order-garbage': async (sent: Sent) => {
    const text = 'rest' in sent ? (await sent.rest()).text : await frame(sent.socket);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  },
  'order-empty': async (sent: Sent) => {
    const text = 'rest' in sent ? (await sent.rest()).text : await frame(sent.socket);
    expect(text).toBe('');
  },
} satisfies Partial<Record<OrderFaultKind, (sent: Sent) => Promise<void>>>;

const silence = (word: string): Promise<string> =>
  new Promise((resolve) => setTimeout(resolve, 250, word));

async function frame(socket: ApiSocket): Promise<string> {
  await expect.poll(() => socket.frames.length).toBeGreaterThan(0);
  return socket.frames[0] ?? '';
}

type SpoilingKind = keyof typeof seen;
const spoiling = Object.keys(seen) as SpoilingKind[];
const transports = ['REST', 'WebSocket API'] as const;
const cases = spoiling.flatMap((kind) => transports.map((over) => [kind, over] as const));

describe('an answer spoiled by a fault', () => {
  it.each(cases)(
    '%s over the %s: before the order, after it, and long before it',
    async (kind, over) => {
      for (const when of ['before', 'after', 'late'] as const) {
        const order = nextOrder();
        await fault(kind, { when, lateMs: LATE_MS, count: 1 });
        if (over === 'REST') await seen[kind]({ rest: () => post(order) });
        else {
          using socket = await apiSocket(exchange.url);
          socket.send('order.place', signed(order));
          await seen[kind]({ socket });
        }

        const exists = truth(order.newClientOrderId) !== undefined;
        expect(exists, when).toBe(when === 'after');
        if (when === 'late') {
          await expect.poll(() => truth(order.newClientOrderId)?.status).toBe('NEW');
        }
        await clearFaults(exchange.url);
      }
    },
  );
});

async function answersByCode(): Promise<void> {
  for (const [code, status] of [
    [-1006, 503],
    [-1008, 503],
    [-1000, 500],
  ] as const) {
    await fault('order-5xx', { code, status, when: 'before', count: 1 });
    expect(await post(nextOrder())).toMatchObject({ status, body: { code } });
    await clearFaults(exchange.url);
  }
  await fault('order-5xx', { code: null, status: 502, when: 'before' });
  expect((await post(nextOrder())).text).toContain('502 Bad Gateway');
}

/** Faults that do other things than spoil an answer. */
const others: Record<Exclude<OrderFaultKind, SpoilingKind>, () => Promise<void>> = {
  'order-delay': async () => {
    await fault('order-delay', { delayMs: 300 });
    const order = nextOrder({ recvWindow: '200' });
    expect(await post(order)).toMatchObject({ status: 400, body: { code: -1021 } });
    expect(truth(order.newClientOrderId)).toBeUndefined();
    expect((await post(nextOrder({ recvWindow: '2000' }))).status).toBe(200);

    using socket = await apiSocket(exchange.url);
    const late = await socket.ask('order.place', signed(nextOrder({ recvWindow: '200' })));
    expect(late).toMatchObject({ status: 400, error: { code: -1021 } });
  },
  'order-limit': async () => {
    await fault('order-limit', { retryAfterS: 7 });
    const answer = await post(nextOrder());
    expect(answer).toMatchObject({ status: 429, body: { code: -1015 } });
    expect(answer.headers.get('retry-after')).toBe('7');

    using socket = await apiSocket(exchange.url);
    const refused = await socket.ask('order.place', signed(nextOrder()));
    expect(refused).toMatchObject({ status: 429, error: { code: -1015 } });
    expect(refused.error?.data).toMatchObject({ retryAfter: expect.any(Number) as number });
  },
  'query-lag': async () => {
    await fault('query-lag', { lagMs: 500 });
    const order = nextOrder();
    const { newClientOrderId: origClientOrderId } = order;
    expect((await post(order)).status).toBe(200);
    const query = { symbol: SYMBOL, origClientOrderId };
    const ask = () => signedRequest(exchange.url, { path: '/api/v3/order', query });
    expect(await ask()).toMatchObject({ status: 400, body: { code: -2013 } });
    const open = await signedRequest(exchange.url, {
      path: '/api/v3/openOrders',
      query: { symbol: SYMBOL },
    });
    expect(open.text).toBe('[]');
    expect(truth(origClientOrderId)?.status, 'though it is there').toBe('NEW');

    await expect.poll(async () => (await ask()).status).toBe(200);
  },
  'key-refused': async () => {
    await fault('key-refused');
    expect(await post(nextOrder())).toMatchObject({ status: 401, body: { code: -2015 } });
    await clearFaults(exchange.url);
    expect((await post(nextOrder())).status).toBe(200);
  },
  'cancel-only': async () => {
    const order = nextOrder();
    await post(order);
    await fault('cancel-only', { target: { symbol: SYMBOL } });
    expect(await post(nextOrder())).toMatchObject({ status: 400, body: { code: -1013 } });
    const { newClientOrderId: origClientOrderId } = order;
    const query = { symbol: SYMBOL, origClientOrderId };
    const cancel = { verb: 'DELETE', path: '/api/v3/order', query };
    expect(await signedRequest(exchange.url, cancel)).toMatchObject({ status: 200 });

    await clearFaults(exchange.url);
    expect((await post(nextOrder())).status).toBe(200);
  },
  'balance-moved': async () => {
    const free = (): number => {
      const { balances } = exchange.floor.account(UID).view();
      return Number(balances.find(({ asset }) => asset === 'USDT')?.free);
    };
    const before = free();
    await fault('balance-moved', { asset: 'USDT', delta: '-12.5' });

    expect(free()).toBe(before - 12.5);
    const history = { path: '/sapi/v1/capital/withdraw/history' };
    expect((await signedRequest(exchange.url, history)).text, 'and nothing says why').toBe('[]');
  },
};

describe('a fault of the order path', () => {
  it.each(Object.entries(others))('%s does what it says', (_kind, observe) => observe());

  it('has every code and page of an unknown outcome', answersByCode);

  it('is one of the catalogue, and all of the catalogue are seen here', () => {
    const observed = [...spoiling, ...Object.keys(others)];
    expect([...observed].toSorted()).toEqual([...ORDER_FAULT_KINDS].toSorted());
  });

  it('hits the side, symbol and request it is aimed at, and nothing else', async () => {
    await fault('order-hang', { target: { verb: 'DELETE', route: '/api/v3/order' } });
    await fault('order-5xx', { target: { side: 'SELL' }, when: 'before' });
    const order = nextOrder();

    expect((await post(order)).status, 'a purchase passes').toBe(200);
    expect((await post(nextOrder({ side: 'SELL', price: '999999' }))).status).toBe(503);
    const query = { symbol: SYMBOL, origClientOrderId: order.newClientOrderId };
    const cancel = signedRequest(exchange.url, { verb: 'DELETE', path: '/api/v3/order', query });
    expect(await Promise.race([cancel, silence('hangs')])).toBe('hangs');
    expect(truth(order.newClientOrderId)?.status, 'cancelled all the same').toBe('CANCELED');
  });
});
