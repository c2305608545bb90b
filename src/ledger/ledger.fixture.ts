import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, mul } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Ledger, OpenLedgerOptions } from './ledger.ts';
import { openLedger } from './open-ledger.ts';

export const PAIR = 'BTC/USDT' as Pair;
export const ACCOUNT = 'shadow';
export const T0 = 1_750_000_000_000;

export const text = (value: string): DecimalText => value as DecimalText;

export interface TempLedger extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly path: string;
  /** Closes and opens again, as a restart does. */
  reopen(options?: Partial<OpenLedgerOptions>): Promise<Ledger>;
}

/** A ledger in a folder of its own, funded with 10,000 USDT; gone when disposed. */
export async function tempLedger(options: { isFunded?: boolean } = {}): Promise<TempLedger> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-ledger-'));
  const path = join(folder, 'ledger.db');
  let current = await open(path);
  if (options.isFunded !== false) await fund(current);
  return {
    get ledger() {
      return current;
    },
    path,
    reopen: async (changed) => {
      await current.close();
      current = await open(path, changed);
      return current;
    },
    [Symbol.asyncDispose]: async () => {
      await current.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function open(path: string, changed: Partial<OpenLedgerOptions> = {}): Promise<Ledger> {
  const options = {
    path,
    deskId: 'desk',
    owner: 'test',
    nowMs: T0,
    synchronous: 'normal',
  } as const;
  return openLedger({ ...options, ...changed });
}

export function fund(ledger: Ledger, amount = '10000'): Promise<void> {
  const input = {
    account: ACCOUNT,
    asset: 'USDT',
    amount: text(amount),
    atMs: T0,
    reason: 'start',
  };
  return ledger.transaction((tx) => tx.fund(input));
}

export function intentOf(id: string): TradeIntent {
  return TradeIntent.parse({
    id: id.padStart(16, '0'),
    desk: 'desk',
    variant: 'main',
    pair: PAIR,
    timeframe: '1m',
    candleCloseMs: T0,
    evaluationId: `BTC-USDT_1m_${T0}`,
    confidence: 0.8,
    receivedMs: T0,
    createdMs: T0,
    expiresAtMs: T0 + 30_000,
    action: 'enter',
    stopDistanceFraction: 0.02,
    targetDistanceFraction: 0.06,
  });
}

interface OrderInput {
  readonly id: string;
  readonly intent?: string;
  readonly side?: 'buy' | 'sell';
  readonly qty?: string;
  readonly price?: string;
  readonly leg?: Order['leg'];
}

export function orderOf({
  id,
  intent = id,
  side = 'buy',
  qty = '0.01',
  price = '50000',
  leg = side === 'buy' ? 'entry' : 'exit',
}: OrderInput) {
  return Order.parse({
    clientOrderId: id,
    intentId: intent.padStart(16, '0'),
    account: ACCOUNT,
    pair: PAIR,
    side,
    type: 'limit',
    leg,
    attempt: 0,
    timeInForce: 'ioc',
    qty,
    price,
    status: 'created',
    filledQty: '0',
    filledQuote: '0',
    createdMs: T0,
    updatedMs: T0,
  });
}

interface FillInput extends OrderInput {
  readonly trade: string;
  readonly fee?: string;
  readonly feeAsset?: string;
}

export function fillOf(input: FillInput): Fill {
  const { id, trade, side = 'buy', qty = '0.01', price = '50000' } = input;
  return {
    account: ACCOUNT,
    pair: PAIR,
    kind: 'trade',
    venueTradeId: trade,
    clientOrderId: ClientOrderId.parse(id),
    side,
    price: text(price),
    qty: text(qty),
    quoteQty: format(mul(text(price), text(qty))),
    fee: text(input.fee ?? '0'),
    feeAsset: input.feeAsset ?? 'USDT',
    liquidity: 'taker',
    atMs: T0 + 10,
  };
}

/** Writes intent, order and one fill that ends the order. */
export async function trade(ledger: Ledger, input: FillInput): Promise<void> {
  const order = orderOf(input);
  await ledger.transaction(async (tx) => {
    const isNew = await tx.recordIntent({
      intent: intentOf(input.intent ?? input.id),
      verdict: { kind: 'accept', action: 'exit', qty: order.qty, reasons: [] },
      atMs: T0,
    });
    if (isNew === 'duplicate') throw new Error(`the test uses intent ${input.id} twice`);
    const hold =
      order.side === 'buy' ? format(mul(order.qty, order.price ?? text('0'))) : undefined;
    await tx.createOrder(order, hold);
  });
  await ledger.transaction((tx) =>
    tx.bookFill({ fill: fillOf(input), to: 'filled', isLegal: true }),
  );
}
