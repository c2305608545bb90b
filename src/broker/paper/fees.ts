import { type Decimal, format, fromNumber, round } from '#core/money/decimal.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import { baseOf, quoteOf } from '#core/model/pair.ts';
import type { PaperConfig } from './config.ts';

/** Binance keeps eight decimals of every asset. */
const ASSET_DIGITS = 8;
/** Fractions of the config have far fewer. */
const RATE_DIGITS = 12;

export interface Execution {
  readonly order: Order;
  /** Filled before this execution: makes the trade id unique and the same after a restart. */
  readonly filledBefore: Decimal;
  readonly price: Decimal;
  readonly qty: Decimal;
  readonly liquidity: Fill['liquidity'];
  readonly atMs: number;
}

/** The fill of one execution; its fee is taken, rounded against us, from the asset received. */
export function paperFill(execution: Execution, config: PaperConfig): Fill {
  const { order, price, qty, liquidity } = execution;
  const quoteQty = price.times(qty);
  const rate = liquidity === 'maker' ? config.maker_fee_fraction : config.taker_fee_fraction;
  const received = order.side === 'buy' ? qty : quoteQty;
  const fee = round(received.times(fromNumber(rate, RATE_DIGITS)), ASSET_DIGITS, 'up');
  return {
    account: order.account,
    pair: order.pair,
    kind: 'trade',
    venueTradeId: `p${order.clientOrderId}-${execution.filledBefore.toFixed()}`,
    clientOrderId: order.clientOrderId,
    side: order.side,
    price: format(price),
    qty: format(qty),
    quoteQty: format(quoteQty),
    fee: format(fee),
    feeAsset: order.side === 'buy' ? baseOf(order.pair) : quoteOf(order.pair),
    liquidity,
    atMs: execution.atMs,
  };
}
