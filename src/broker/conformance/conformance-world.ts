import { div, format, isAbove, max, mul, parse, ZERO } from '#core/money/decimal.ts';
import { ceilToStep, floorToStep } from '#core/money/step.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Instrument } from '#core/model/instrument.ts';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, type Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import type { Broker } from '../broker.ts';

/** Steps are no finer. */
const QTY_PLACES = 12;

/** What a case works with: a real account, tiny orders, and nobody to move the market for it. */
export interface ConformanceWorld {
  readonly broker: Broker;
  readonly instrument: Instrument;
  /** Everything the listener was told. */
  readonly told: readonly OrderEvent[];
  readonly quote: () => Promise<{ readonly bid: DecimalText; readonly ask: DecimalText }>;
  /** What of the pair's coins came since the run began, on the venue's step: nothing else is sold. */
  readonly bought: () => Promise<DecimalText>;
  /** Looks again and again for up to some seconds; false when it never came true. */
  readonly eventually: (isTrue: () => boolean | Promise<boolean>) => Promise<boolean>;
  readonly nowMs: () => number;
  readonly nextId: () => string;
}

/** Thrown by a case that does not apply. */
export class SkippedCase extends Error {
  override readonly name = 'SkippedCase';
}

export function check(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

/** Somewhat more than the venue's least order, so that a small move does not make it too small. */
export function tinyQty({ instrument }: ConformanceWorld, price: DecimalText): DecimalText {
  const { minNotional, stepSize, minQty, marketMinQty = minQty } = instrument;
  const notional = mul(minNotional, '2.5' as DecimalText);
  const byValue = ceilToStep(div(notional, price, QTY_PLACES, 'up'), stepSize);
  return format(max(max(byValue, parse(minQty)), parse(marketMinQty)));
}

/** A part of a price on the venue's tick. */
export function priceAt(
  { instrument }: ConformanceWorld,
  price: DecimalText,
  factor: string,
): DecimalText {
  return format(floorToStep(mul(price, factor as DecimalText), instrument.tickSize));
}

export function anOrder(
  world: ConformanceWorld,
  input: Pick<Order, 'side' | 'type' | 'qty'> & Partial<Order>,
): Order {
  const nowMs = Math.floor(world.nowMs());
  return {
    clientOrderId: ClientOrderId.parse(world.nextId()),
    intentId: IntentId.parse('conformance0000000000000'),
    account: world.broker.account,
    pair: world.instrument.pair,
    leg: input.side === 'buy' ? 'entry' : 'exit',
    attempt: 0,
    timeInForce: 'gtc',
    status: 'created',
    filledQty: '0' as DecimalText,
    filledQuote: '0' as DecimalText,
    createdMs: nowMs,
    updatedMs: nowMs,
    ...input,
  };
}

/** An order that rests well below the market. */
export async function restingBuy(world: ConformanceWorld): Promise<Order> {
  const { bid } = await world.quote();
  const price = priceAt(world, bid, '0.95');
  return anOrder(world, { side: 'buy', type: 'limit-maker', qty: tinyQty(world, price), price });
}

export function accepted(
  outcome: CommandOutcome,
  what: string,
): asserts outcome is CommandOutcome & { outcome: 'accepted' } {
  const why = outcome.outcome === 'unknown' ? outcome.cause : JSON.stringify(outcome);
  check(outcome.outcome === 'accepted', `${what}: ${outcome.outcome} (${why})`);
}

/** Buys a little at the market and returns how much of it is there to sell. */
export async function buySome(world: ConformanceWorld): Promise<DecimalText> {
  const before = await world.bought();
  const { ask } = await world.quote();
  const order = anOrder(world, { side: 'buy', type: 'market', qty: tinyQty(world, ask) });
  accepted(await world.broker.place(order), 'a market buy');
  const came = await world.eventually(async () => isAbove(await world.bought(), before));
  check(came, 'what was bought never came to the account');
  return await world.bought();
}

export async function sellSome(world: ConformanceWorld, qty: DecimalText): Promise<void> {
  if (!isAbove(qty, ZERO)) return;
  const order = anOrder(world, { side: 'sell', type: 'market', qty });
  accepted(await world.broker.place(order), 'a market sale');
}

/** A stop well below and a target well above the market. */
export async function farExits(
  world: ConformanceWorld,
  qty: DecimalText,
): Promise<{ readonly stop: Order; readonly target: Order }> {
  const { bid } = await world.quote();
  const stopPrice = priceAt(world, bid, '0.95');
  const stop = anOrder(world, { side: 'sell', type: 'stop-loss', leg: 'stop', qty, stopPrice });
  const listId = stop.clientOrderId;
  const price = priceAt(world, bid, '1.04');
  const target = { side: 'sell', type: 'limit-maker', leg: 'target', qty, price, listId } as const;
  return { stop: { ...stop, listId }, target: anOrder(world, target) };
}
