import type { DecimalText } from '#core/model/decimal-text.ts';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, type Order } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import type { Shares } from './shares.ts';
import type { SeenOrder, SeenTrade } from './venue-view.ts';

export const BTC = Pair.parse('BTC/USDT');
export const TAG = 'ndaaaa';
export const OWN_ID = `${TAG}${'0'.repeat(24)}`;
export const OTHER_ID = `ndbbbb${'0'.repeat(24)}`;

export const amount = (text: string): DecimalText => text as DecimalText;

export function ownOrder(changes: Partial<Order> = {}): Order {
  return {
    clientOrderId: ClientOrderId.parse(OWN_ID),
    intentId: IntentId.parse('i'.repeat(24)),
    account: 'live',
    pair: BTC,
    side: 'buy',
    type: 'limit',
    leg: 'entry',
    attempt: 0,
    timeInForce: 'gtc',
    qty: amount('2'),
    price: amount('100'),
    status: 'open',
    filledQty: amount('0'),
    filledQuote: amount('0'),
    venueOrderId: '7',
    createdMs: 1_000,
    updatedMs: 1_000,
    ...changes,
  };
}

export function seenOrder(changes: Partial<SeenOrder> = {}): SeenOrder {
  return {
    pair: BTC,
    venueOrderId: '7',
    clientOrderId: OWN_ID,
    side: 'buy',
    status: 'open',
    qty: amount('2'),
    price: amount('100'),
    filledQty: amount('0'),
    atMs: 2_000,
    ...changes,
  };
}

export function seenTrade(changes: Partial<SeenTrade> = {}): SeenTrade {
  return {
    pair: BTC,
    kind: 'trade',
    venueTradeId: '70',
    venueOrderId: '7',
    side: 'buy',
    price: amount('100'),
    qty: amount('1'),
    quoteQty: amount('100'),
    fee: amount('0.001'),
    feeAsset: 'BTC',
    isMaker: false,
    atMs: 2_000,
    ...changes,
  };
}

export function shares(changes: Partial<Record<keyof Shares, string>> = {}): Shares {
  const { free = '0', held = '0', dust = '0', rest = '0' } = changes;
  return { free: amount(free), held: amount(held), dust: amount(dust), rest: amount(rest) };
}
