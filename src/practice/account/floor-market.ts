import { assert } from '#platform/errors.ts';
import type { Side as BookSideName } from '#practice/engine/order.ts';
import type { SymbolMarket } from '#practice/market/symbol-market.ts';
import type { SymbolSpec } from '#practice/world.ts';
import { unitsOf } from './amount.ts';
import type { Units } from './amount.ts';
import type { OrderRecord } from './order-record.ts';
import { RULES } from './rules.ts';
import type { Side } from './trading.ts';

/** Finer than a tick: the average price need not be a whole number of them. */
const AVERAGE_PARTS = 10_000;

/** A symbol as accounts see it: amounts for ticks and lots, and the orders that wait for a price. */
export class FloorMarket {
  readonly market: SymbolMarket;
  readonly spec: SymbolSpec;
  readonly tick: Units;
  readonly lot: Units;
  readonly waiting = new Set<OrderRecord>();

  constructor(market: SymbolMarket) {
    this.market = market;
    this.spec = market.spec;
    this.tick = unitsOf(market.spec.tickSize);
    this.lot = unitsOf(market.spec.stepSize);
    assert(this.tick > 0n && this.lot > 0n, 'a symbol is finer than eight decimals', {
      symbol: market.spec.symbol,
    });
  }

  price(ticks: number): Units {
    return BigInt(ticks) * this.tick;
  }

  qty(lots: number): Units {
    return BigInt(lots) * this.lot;
  }

  ticks(price: Units): number {
    return Number(price / this.tick);
  }

  lots(qty: Units): number {
    return Number(qty / this.lot);
  }

  lastPrice(): Units | undefined {
    const ticks = this.market.candles.lastTicks;
    return ticks === undefined ? undefined : this.price(ticks);
  }

  /** Volume-weighted over the last minutes; the last price when nothing traded. */
  averagePrice(): Units | undefined {
    const klines = this.market.candles.range('1m', { limit: RULES.avgPriceMinutes });
    const lots = klines.reduce((sum, kline) => sum + kline.lots, 0);
    if (lots === 0) return this.lastPrice();
    const ticks = klines.reduce((sum, kline) => sum + kline.quoteTickLots, 0) / lots;
    return (BigInt(Math.round(ticks * AVERAGE_PARTS)) * this.tick) / BigInt(AVERAGE_PARTS);
  }

  /** Whether a limit order at this price would trade at once. */
  crosses(side: Side, price: Units): boolean {
    const best = this.market.best(opposite(side));
    if (best === undefined) return false;
    return side === 'BUY' ? this.price(best) <= price : this.price(best) >= price;
  }
}

export function opposite(side: Side): BookSideName {
  return side === 'BUY' ? 'sell' : 'buy';
}

export function engineSide(side: Side): BookSideName {
  return side === 'BUY' ? 'buy' : 'sell';
}
