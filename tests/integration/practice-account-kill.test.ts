/** Killed in the middle of trading, the practice exchange forgets nothing it has told anybody. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FromChild } from '#platform/lifecycle/contract.ts';
import { apiSocket, signed } from '../support/api-socket.ts';
import { accountConfig, signedRequest } from '../support/practice-account.ts';

const SYMBOL = 'BTCUSDT';
const ROUNDS = 3;
const ORDERS_BEFORE_KILL = 60;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-kill-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(port: number): Promise<{ child: ChildProcess; url: string; port: number }> {
  const child = fork('src/practice/index.ts', [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  const ready = new Promise<{ port: number; url: string }>((resolve) => {
    child.on('message', (data) => {
      const message = FromChild.parse(data);
      if (message.kind === 'ready') resolve(message.facts as { port: number; url: string });
    });
  });
  const [account] = accountConfig();
  const practice = { seed: 3, port, pairs: ['BTC/USDT'], accounts: [account] };
  child.send({
    kind: 'init',
    agent: 'practice',
    instance: 'practice',
    config: { practice, data_dir: folder },
  });
  return { child, ...(await ready) };
}

interface Order {
  readonly clientOrderId: string;
  readonly orderId: number;
  readonly status: string;
  readonly executedQty: string;
}

interface Accounts {
  readonly balances: readonly { asset: string; free: string; locked: string }[];
  readonly orders: readonly Order[];
  readonly trades: readonly { id: number; orderId: number; qty: string }[];
}

async function truth(url: string): Promise<Accounts> {
  const [account] = (await (await fetch(`${url}/practice/accounts`)).json()) as Accounts[];
  if (account === undefined) throw new Error('no account');
  return account;
}

/** Sends orders without waiting for each other; tells of each that was answered. */
async function trade(url: string, round: number, onAnswer: (order: Order) => void): Promise<void> {
  const ticker = await fetch(`${url}/api/v3/ticker/bookTicker?symbol=${SYMBOL}`);
  const { bidPrice } = (await ticker.json()) as { bidPrice: string };
  const low = (Number(bidPrice) * 0.9).toFixed(2);
  await Promise.all(
    Array.from({ length: 4 }, async (_, lane) => {
      for (let i = 0; i < 500; i += 1) {
        const newClientOrderId = `k${round}-${lane}-${i}`;
        const order = { symbol: SYMBOL, side: 'BUY', quantity: '0.0002', newClientOrderId };
        const kind =
          i % 3 === 0
            ? { type: 'LIMIT', timeInForce: 'GTC', price: low }
            : { type: 'MARKET', newOrderRespType: 'RESULT' };
        const query = { ...order, ...kind };
        const asked = { verb: 'POST', path: '/api/v3/order', query };
        const answer = await signedRequest(url, asked).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.status === 200) onAnswer(answer.body as unknown as Order);
      }
    }),
  );
}

describe('the practice exchange killed', () => {
  it('knows every order, trade and balance it told of, and nothing else', async () => {
    let port = 0;
    const told = new Map<string, Order>();
    const heard = new Map<number, string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { child, url, port: taken } = await run(port);
      port = taken;
      using stream = await apiSocket(url);
      await stream.ask('userDataStream.subscribe.signature', signed());
      let answered = 0;
      await trade(url, round, (order) => {
        told.set(order.clientOrderId, order);
        answered += 1;
        if (answered === ORDERS_BEFORE_KILL) child.kill('SIGKILL');
      });
      for (const event of stream.events()) {
        if (event['x'] === 'TRADE') heard.set(Number(event['t']), String(event['l']));
      }
      expect(answered).toBeGreaterThanOrEqual(ORDERS_BEFORE_KILL);
    }

    const { url } = await run(port);
    const after = await truth(url);
    const known = new Map(after.orders.map((order) => [order.clientOrderId, order]));
    for (const [id, order] of told) {
      expect(known.get(id), id).toMatchObject({ orderId: order.orderId, status: order.status });
    }
    const trades = new Map(after.trades.map((one) => [one.id, one.qty]));
    expect(heard.size).toBeGreaterThan(0);
    for (const [id, qty] of heard) expect(trades.get(id), `trade ${id}`).toBe(qty);
    expect(trades.size, 'each id once').toBe(after.trades.length);
    // Four lanes may each have had one order on its way when the exchange died.
    expect(known.size - told.size).toBeLessThanOrEqual(4 * ROUNDS);
    for (const order of after.orders) {
      const filled = after.trades
        .filter((one) => one.orderId === order.orderId)
        .reduce((sum, { qty }) => sum + Math.round(Number(qty) * 1e8), 0);
      expect(filled, order.clientOrderId).toBe(Math.round(Number(order.executedQty) * 1e8));
    }
    await expectWorking(url, after);
  }, 60_000);
});

/** Open orders rest again and their money is locked; ids go on upward. */
async function expectWorking(url: string, after: Accounts): Promise<void> {
  const open = after.orders.filter(({ status }) => status === 'NEW');
  const quote = after.balances.find(({ asset }) => asset === 'USDT');
  expect(open.length).toBeGreaterThan(0);
  expect(Number(quote?.locked)).toBeGreaterThan(0);
  const all = { verb: 'DELETE', path: '/api/v3/openOrders', query: { symbol: SYMBOL } };
  expect((await signedRequest(url, all)).status).toBe(200);
  const unlocked = (await truth(url)).balances.find(({ asset }) => asset === 'USDT');
  expect(Number(unlocked?.locked)).toBe(0);
  const query = { symbol: SYMBOL, side: 'BUY', type: 'MARKET', quantity: '0.001' };
  const next = await signedRequest(url, { verb: 'POST', path: '/api/v3/order', query });
  const highest = Math.max(...after.orders.map(({ orderId }) => orderId));
  expect(Number(next.body['orderId'])).toBeGreaterThan(highest);
}
