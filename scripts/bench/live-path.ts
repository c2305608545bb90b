/**
 * The way of an entry in production, from the intent being in the inbox: gate, journal with
 * `synchronous=full`, then an order list of three to the venue, all real from the inbox to the wire.
 *   node scripts/bench/live-path.ts null [rounds]     the venue's answer is made up at once
 *   node scripts/bench/live-path.ts rest [seconds]    over loopback to the practice exchange
 *   node scripts/bench/live-path.ts socket [seconds]
 * Entries are fill-or-kill and bring nothing, so each round ends by itself.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type {
  OrderTicket,
  TradingVenue,
  VenueOrder,
  WriteAnswer,
} from '#exchange/trading/trading-venue.ts';
import { liveDesk, type LiveDesk } from '../../tests/support/live-desk.ts';
import { judge, rawOrderMicros, timesOf } from './raw-order.ts';

const KINDS = ['null', 'rest', 'socket'] as const;
const kind = KINDS.find((name) => name === process.argv[2]) ?? 'null';
const amount = Number(process.argv[3] ?? (kind === 'null' ? 3_000 : 60));
const ENTER = { action: 'enter', stopDistanceFraction: 0.05, targetDistanceFraction: 0.3 };
/**
 * The venue takes 100 new orders in ten seconds and the desk uses 70 of them for entries; a list
 * counts as three. So the wire is measured in bursts of this many, one in each window.
 */
const BURST = 22;
const WINDOW_MS = 10_000;

const sent: number[] = [];
const answered: number[] = [];
let receivedAt = 0;
const exchange = fork(join(import.meta.dirname, 'far-exchange.ts'), { stdio: 'inherit' });
const [{ url }] = (await once(exchange, 'message')) as [{ readonly url: string }];
const desk = await liveDesk({
  url,
  synchronous: 'full',
  capitalQuote: '50000',
  ...(kind === 'null' ? { venue: answeringAtOnce } : { transport: kind }),
  crash: (point) => {
    if (point === 'received') receivedAt = performance.now();
    if (point === 'after-send') sent.push((performance.now() - receivedAt) * 1_000);
    if (point === 'answered') answered.push((performance.now() - receivedAt) * 1_000);
  },
});
await untilItTrades(desk);
sent.length = 0;
answered.length = 0;
const busyMs = kind === 'null' ? await rounds(desk, amount) : await bursts(desk, amount);
print(busyMs);
await desk[Symbol.asyncDispose]();
rmSync(join(desk.folder, 'raw.db'), { force: true });
exchange.disconnect();

async function rounds(on: LiveDesk, count: number): Promise<number> {
  const fromMs = performance.now();
  for (let round = 0; round < count; round += 1) {
    if (round % 200 === 199) await on.ledger.checkpoint();
    await enter(on);
  }
  return performance.now() - fromMs;
}

async function bursts(on: LiveDesk, seconds: number): Promise<number> {
  const untilMs = Date.now() + seconds * 1_000;
  let spentMs = 0;
  while (Date.now() < untilMs) {
    await new Promise((resolve) => {
      setTimeout(resolve, WINDOW_MS - (Date.now() % WINDOW_MS) + 20);
    });
    spentMs += await rounds(on, BURST);
  }
  return spentMs;
}

async function enter(on: LiveDesk): Promise<void> {
  await on.wish(ENTER);
  while (!on.execution.isIdle()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** The account is compared first, and the stream has to be up. */
async function untilItTrades(on: LiveDesk): Promise<void> {
  for (let tries = 0; answered.length === 0; tries += 1) {
    if (tries === 100) throw new Error(`no entry is accepted: ${JSON.stringify([...on.counts])}`);
    await enter(on);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}

function print(busy: number): void {
  const raw = rawOrderMicros(desk.folder, 'full');
  const line = (what: string, micros: readonly number[]): void => {
    const { mean, at, count } = timesOf(micros);
    console.log(
      `${what}: mean ${mean.toFixed(0)} us, p50 ${at(0.5).toFixed(0)}, p99 ${at(0.99).toFixed(0)} ` +
        `(${count} entries); ${(mean / raw).toFixed(2)} x raw statements`,
    );
  };
  console.log(`${cpus()[0]?.model ?? 'unknown cpu'}, node ${process.version}, full, ${kind}`);
  line('gate + journal + handed to the transport', sent);
  if (kind !== 'null') line('gate + journal + answer of the venue', answered);
  const perSecond = (sent.length / busy) * 1_000;
  console.log(
    `one after the other: ${perSecond.toFixed(0)} entries/s, ${(3 * perSecond).toFixed(0)} orders/s, ` +
      `with their answers booked; raw statements ${raw.toFixed(0)} us`,
  );
  if (kind === 'null') {
    judge(timesOf(sent), { mean: 1_000, p99: 5_000 });
    return;
  }
  console.log(
    `sustained: ${(sent.length / amount).toFixed(1)} entries/s, bound by the venue's limit of 100 new ` +
      `orders in 10 s, of which entries use 70`,
  );
  const refused = desk.counts.get('command refused') ?? 0;
  if (refused > 0) console.log(`refused commands: ${refused}`);
}

/** The real venue for everything but orders. */
function answeringAtOnce(venue: TradingVenue): TradingVenue {
  return {
    ...venue,
    placeBracket: ({ entry, above, below }) =>
      Promise.resolve<WriteAnswer>({
        outcome: 'accepted',
        orders: [entry, above, below].map(expired),
        trades: [],
      }),
  };
}

function expired(ticket: OrderTicket): VenueOrder {
  const { pair, clientOrderId, side, type, qty } = ticket;
  const nothing = '0' as DecimalText;
  return {
    pair,
    clientOrderId,
    side,
    type,
    qty,
    venueOrderId: clientOrderId,
    listId: undefined,
    status: 'expired',
    price: ticket.price,
    stopPrice: ticket.stopPrice,
    filledQty: nothing,
    filledQuote: nothing,
    reason: '',
    atMs: Date.now(),
  };
}
