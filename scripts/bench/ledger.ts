/**
 * What a market order costs in the ledger: gate + journal (verdict, hold, order, command, inbox)
 * and the fill, in process, beside as many raw statements on a plain database in the same folder: 8
 * inserts and 3 updates of short rows. A ratio, because the machine's own speed moves. Usage: node scripts/bench/ledger.ts [orders] [normal|full] [folder]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Fill } from '#core/model/fill.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import { ClientOrderId, Order } from '#core/model/order.ts';
import { gate } from '#core/risk/gate.ts';
import { inputOf } from '#core/risk/gate.fixture.ts';
import { checkLedger, type Ledger, openLedger } from '#ledger/index.ts';
import { ACCOUNT, fund, intentOf, PAIR, T0, text } from '#ledger/ledger.fixture.ts';

const [count = '5000', synchronous = 'normal', parent = tmpdir()] = process.argv.slice(2);
const orders = Number(count);
const folder = mkdtempSync(join(parent, 'nightdesk-bench-'));
const path = join(folder, 'ledger.db');

interface Times {
  readonly name: string;
  readonly us: Float64Array;
}

function show({ name, us }: Times): number {
  // The first tenth warms the caches and the compiler.
  const sorted = us.slice(Math.floor(us.length / 10)).toSorted();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const at = (share: number): string => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(1);
  console.log(
    `${name.padEnd(34)} mean ${mean.toFixed(1).padStart(7)} us  p50 ${at(0.5)}  p99 ${at(0.99)}  worst ${at(0.9999)}`,
  );
  return mean;
}

// A desk checkpoints in idle moments, so here too, between the orders and outside their time.
const CHECKPOINT_EVERY = 500;

async function timed(
  name: string,
  run: (n: number) => Promise<void> | void,
  checkpoint?: () => Promise<void> | void,
): Promise<Times> {
  const us = new Float64Array(orders);
  for (let n = 0; n < orders; n += 1) {
    if (n % CHECKPOINT_EVERY === 0) await checkpoint?.();
    const start = performance.now();
    await run(n);
    us[n] = (performance.now() - start) * 1_000;
  }
  return { name, us };
}

function orderAt(n: number, side: 'buy' | 'sell'): Order {
  return Order.parse({
    clientOrderId: `${side}${n}`,
    intentId: intentOf(`${side}${n}`).id,
    account: ACCOUNT,
    pair: PAIR,
    side,
    type: 'limit',
    leg: side === 'buy' ? 'entry' : 'exit',
    attempt: 0,
    timeInForce: 'ioc',
    qty: '0.001',
    price: '50000',
    status: 'created',
    filledQty: '0',
    filledQuote: '0',
    createdMs: T0,
    updatedMs: T0,
  });
}

function fillAt(n: number, side: 'buy' | 'sell'): Fill {
  return {
    account: ACCOUNT,
    pair: PAIR,
    kind: 'trade',
    venueTradeId: `${side}${n}`,
    clientOrderId: ClientOrderId.parse(`${side}${n}`),
    side,
    price: text('50000'),
    qty: text('0.001'),
    quoteQty: text('50'),
    fee: text('0.05'),
    feeAsset: 'USDT',
    liquidity: 'taker',
    atMs: T0,
  };
}

const gateInput = inputOf();

interface Wish {
  readonly side: 'buy' | 'sell';
  readonly order: Order;
  readonly intent: TradeIntent;
}

// Made beforehand: parsing the message is not the ledger's work.
function wishes(side: 'buy' | 'sell'): Wish[] {
  return Array.from({ length: orders }, (_, n) => {
    return { side, order: orderAt(n, side), intent: intentOf(`${side}${n}`) };
  });
}

async function journal(ledger: Ledger, wish: Wish | undefined): Promise<void> {
  if (wish === undefined) return;
  const { order, intent, side } = wish;
  const verdict = gate(gateInput);
  await ledger.transaction(async (tx) => {
    await tx.recordIntent({ intent, verdict, atMs: T0 });
    await tx.createOrder(order, side === 'buy' ? text('51') : undefined);
    const { account, pair, clientOrderId } = order;
    const id = `place-${clientOrderId}`;
    await tx.openCommand({ id, account, pair, clientOrderId, kind: 'place', createdMs: T0 });
    await tx.finishInbox(intent.id, verdict.kind, T0);
  });
}

function rawStatements() {
  const database = new DatabaseSync(join(folder, 'raw.db'));
  database.exec('pragma journal_mode = wal');
  database.exec(`pragma synchronous = ${synchronous}`);
  database.exec('pragma wal_autocheckpoint = 20000');
  database.exec('create table a (id integer primary key, x text, y text, z text) strict');
  database.exec('create table b (id text primary key, x text) strict');
  const insert = database.prepare('insert into a (x, y, z) values (?, ?, ?)');
  const keyed = database.prepare('insert into b values (?, ?)');
  const update = database.prepare('update b set x = ? where id = ?');
  const checkpoint = (): void => database.exec('pragma wal_checkpoint(passive)');
  const run = (n: number): void => {
    database.exec('begin immediate');
    for (let i = 0; i < 5; i += 1) insert.run('some text', `${n}`, 'more of the same text');
    for (const kind of ['intent', 'order', 'command']) keyed.run(`${kind}${n}`, 'text');
    for (const kind of ['intent', 'order', 'command']) update.run('other', `${kind}${n}`);
    database.exec('commit');
  };
  return { run, checkpoint };
}

const ledger = await openLedger({
  path,
  deskId: 'desk',
  owner: 'bench',
  nowMs: T0,
  synchronous: synchronous === 'full' ? 'full' : 'normal',
});
await fund(ledger, '1000000');
console.log(
  `${cpus()[0]?.model ?? 'unknown'}, ${folder}, synchronous=${synchronous}, ${orders} orders`,
);
show(await timed('gate alone', () => void gate(gateInput)));
const plain = rawStatements();
const raw = show(await timed('raw: 8 inserts + 3 updates', plain.run, plain.checkpoint));
const checkpoint = (): Promise<void> => ledger.checkpoint();
const buys = wishes('buy');
const journalled = show(
  await timed('gate + journal + command', (n) => journal(ledger, buys[n]), checkpoint),
);
const booked = show(
  await timed(
    'fill: buy',
    async (n) => {
      await ledger.transaction((tx) =>
        tx.bookFill({ fill: fillAt(n, 'buy'), to: 'filled', isLegal: true }),
      );
    },
    checkpoint,
  ),
);
for (const wish of wishes('sell')) await journal(ledger, wish);
show(
  await timed(
    'fill: sell',
    async (n) => {
      await ledger.transaction((tx) =>
        tx.bookFill({ fill: fillAt(n, 'sell'), to: 'filled', isLegal: true }),
      );
    },
    checkpoint,
  ),
);
console.log(
  `journal / raw ${(journalled / raw).toFixed(2)}  fill / raw ${(booked / raw).toFixed(2)}`,
);
console.log(`orders a second, journal and fill: ${Math.round(1e6 / (journalled + booked))}`);
const checkStart = performance.now();
const check = await checkLedger(path);
console.log(
  `check ${check.ok ? 'clean' : 'NOT CLEAN'} in ${Math.round(performance.now() - checkStart)} ms`,
);
await ledger.close();
rmSync(folder, { recursive: true, force: true });
