import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  type Decimal,
  format,
  isPositive,
  mul,
  parse,
  sub,
  ZERO,
} from '#core/money/decimal.ts';
import { type ClientOrderId, Order } from '#core/model/order.ts';
import { isEnded } from '#core/orders/transitions.ts';
import { checkLedger } from './check/check-ledger.ts';
import type { Ledger } from './ledger.ts';
import {
  ACCOUNT,
  fillOf,
  intentOf,
  orderOf,
  PAIR,
  T0,
  tempLedger,
  text,
} from './ledger.fixture.ts';

/**
 * The ledger against a model of three numbers (cash, coins, dust) under random orders, fills,
 * duplicates, cancels, dust, failures and restarts. The model knows nothing of holds or positions.
 */
type Step =
  | {
      readonly kind: 'order';
      readonly side: 'buy' | 'sell';
      readonly lots: number;
      readonly price: number;
    }
  | {
      readonly kind: 'fill';
      readonly pick: number;
      readonly share: number;
      readonly price: number;
      readonly feeAsset: string;
    }
  | { readonly kind: 'refill'; readonly pick: number }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'dust' | 'restart' | 'crash' | 'fail' };

const pick = fc.nat(1_000);
const price = fc.integer({ min: 1_000, max: 60_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('order'),
      side: fc.constantFrom('buy', 'sell'),
      lots: fc.integer({ min: 1, max: 900 }),
      price,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('fill'),
      pick,
      share: fc.integer({ min: 1, max: 4 }),
      price,
      feeAsset: fc.constantFrom('BNB', 'received'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refill'), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel'), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('dust', 'restart', 'crash', 'fail') }),
  },
) as fc.Arbitrary<Step>;

class Model {
  cash: Decimal = parse(text('10000'));
  coins: Decimal = ZERO;
  dust: Decimal = ZERO;
  readonly orders: { id: string; side: 'buy' | 'sell' }[] = [];
  readonly fills: ReturnType<typeof fillOf>[] = [];

  add(fill: ReturnType<typeof fillOf>): void {
    this.fills.push(fill);
    const sign = fill.side === 'buy' ? text('1') : text('-1');
    this.coins = add(this.coins, mul(sign, fill.qty));
    this.cash = sub(this.cash, mul(sign, fill.quoteQty));
    if (fill.feeAsset === 'BTC') this.coins = sub(this.coins, fill.fee);
    if (fill.feeAsset === 'USDT') this.cash = sub(this.cash, fill.fee);
  }
}

async function place(
  ledger: Ledger,
  model: Model,
  { side, lots, price: at }: Extract<Step, { kind: 'order' }>,
) {
  const id = `o${model.orders.length}`;
  const order = orderOf({ id, side, qty: (lots / 1e5).toFixed(5), price: String(at) });
  const hold = side === 'buy' ? format(mul(order.qty, text(String(at)))) : undefined;
  const placed = ledger.transaction(async (tx) => {
    const verdict = {
      kind: 'accept' as const,
      action: 'exit' as const,
      qty: order.qty,
      reasons: [],
    };
    await tx.recordIntent({ intent: intentOf(id), verdict, atMs: T0 });
    await tx.createOrder(order, hold);
  });
  await placed.then(
    () => model.orders.push({ id, side }),
    (error: unknown) => expect(error).toMatchObject({ code: 'ledger.insufficient-funds' }),
  );
}

type FillStep = Extract<Step, { kind: 'fill' }>;

async function fill(ledger: Ledger, model: Model, input: FillStep) {
  const target = model.orders[input.pick % Math.max(1, model.orders.length)];
  if (target === undefined) return;
  const order = await ledger.read((query) => query.order(target.id as ClientOrderId));
  if (order === undefined) return;
  const left = sub(order.qty, order.filledQty);
  // A part in lots of the venue; never more of a sell than the desk has.
  const lots = Math.floor((Number(format(left)) * 1e5) / input.share + 1e-6);
  const qty = text((lots / 1e5).toFixed(5));
  const isShort = order.side === 'sell' && isPositive(sub(qty, model.coins));
  if (lots < 1 || isShort) return;

  const booked = fillOfPart(order, input, { qty, trade: `t${model.fills.length}` });
  const isWhole = !isPositive(sub(left, qty));
  await ledger.transaction((tx) =>
    tx.bookFill({
      fill: booked,
      otherFeeQuote: text('0.5'),
      to: isWhole ? 'filled' : 'partly-filled',
      isLegal: isWhole || !isEnded(order.status),
    }),
  );
  model.add(booked);
}

// As venues do it: the fee comes off what is received, or is paid in a third asset.
function fillOfPart(order: Order, input: FillStep, part: { qty: string; trade: string }) {
  const { clientOrderId: id, side } = order;
  const received = side === 'buy' ? 'BTC' : 'USDT';
  const feeAsset = input.feeAsset === 'BNB' ? 'BNB' : received;
  const fee = feeAsset === 'BTC' ? '0.000001' : '0.01';
  // A buy never pays more than its limit, which is what it holds.
  const at = side === 'buy' ? (order.price ?? '1') : String(input.price);
  return fillOf({ ...part, id, side, price: at, fee, feeAsset });
}

async function cancel(ledger: Ledger, model: Model, at: number) {
  const target = model.orders[at % Math.max(1, model.orders.length)];
  if (target === undefined) return;
  const clientOrderId = target.id as ClientOrderId;
  await ledger.transaction(async (tx) => {
    const order = Order.parse(await tx.order(clientOrderId));
    const isLegal = !isEnded(order.status);
    await tx.moveOrder({ clientOrderId, to: 'cancelled', event: 'cancelled', isLegal, atMs: T0 });
  });
}

async function run(
  temp: Awaited<ReturnType<typeof tempLedger>>,
  model: Model,
  now: Step,
): Promise<void> {
  const { ledger } = temp;
  switch (now.kind) {
    case 'order':
      return place(ledger, model, now);
    case 'fill':
      return fill(ledger, model, now);
    case 'refill': {
      const known = model.fills[now.pick % Math.max(1, model.fills.length)];
      if (known === undefined) return;
      const again = await ledger.transaction((tx) =>
        tx.bookFill({ fill: known, to: 'filled', isLegal: true }),
      );
      expect(again.kind).toBe('duplicate');
      return;
    }
    case 'cancel':
      return cancel(ledger, model, now.pick);
    case 'dust':
      await ledger.transaction((tx) => tx.moveToDust(ACCOUNT, PAIR, T0));
      if (isPositive(model.coins)) {
        model.dust = add(model.dust, model.coins);
        model.coins = ZERO;
      }
      return;
    case 'crash':
      ledger.abandon();
      await temp.reopen();
      return;
    case 'restart':
      await temp.reopen();
      return;
    case 'fail':
      await expect(
        ledger.transaction(async (tx) => {
          await tx.createOrder(orderOf({ id: 'undone' }), text('0.01'));
          throw new Error('planned');
        }),
      ).rejects.toThrow();
  }
}

const RUNS = 40;

describe('ledger against a model', () => {
  it('has the same cash, coins and dust, and is in order, whatever happens', async () => {
    let fills = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        await using temp = await tempLedger();
        const model = new Model();
        for (const now of steps) await run(temp, model, now);

        fills += model.fills.length;
        const { problems } = await checkLedger(temp.path);
        // The model also buys after a cancel, which may leave less than nothing free.
        expect(problems.filter(({ code }) => code !== 'negative-balance')).toEqual([]);
        await temp.ledger.read(async (query) => {
          const free = await query.balance(ACCOUNT, 'free', 'USDT');
          const held = await query.balance(ACCOUNT, 'held', 'USDT');
          expect(format(add(free, held))).toBe(format(model.cash));
          expect(await query.balance(ACCOUNT, 'free', 'BTC')).toBe(format(model.coins));
          expect(await query.balance(ACCOUNT, 'dust', 'BTC')).toBe(format(model.dust));
          const position = await query.position(ACCOUNT, PAIR);
          expect(position?.qty ?? '0').toBe(format(model.coins));
        });
      }),
      { numRuns: RUNS },
    );
    // Chance decides how many; none would mean that nothing was tested.
    expect(fills, 'the steps must come to fills').toBeGreaterThan(0);
  });
});
