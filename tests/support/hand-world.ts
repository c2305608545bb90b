/**
 * A practice world of one pair whose books only the test moves: accounts trade against it through
 * the real matching engine, so what a broker must do can be shown on it step by step.
 */
import type { Clock } from '#platform/clock/clock.ts';
import { SymbolMarket } from '#practice/market/symbol-market.ts';
import type { SymbolSpec, World } from '#practice/world.ts';
import { fakeWorld } from './fake-world.ts';

type Levels = readonly (readonly [price: string, qty: string])[];
type Side = 'buy' | 'sell';

export interface HandWorld {
  readonly world: World;
  /** Replaces everything that is not an account's. */
  showBook(bids: Levels, asks: Levels): void;
  /** A trade at a price, with what stands better on its way. */
  trade(price: string, qty: string, takerSide: Side): void;
}

const RULES: Omit<SymbolSpec, 'symbol' | 'base'> = {
  quote: 'USDT',
  priceDigits: 2,
  qtyDigits: 3,
  tickSize: '0.01',
  stepSize: '0.001',
  minNotional: '5',
  minQty: '0.001',
  maxQty: '9000',
};
const HISTORY_MS = 60_000;

export function handWorld(clock: Clock, firstPrice = '99.5', base = 'BTC'): HandWorld {
  const spec = { ...RULES, symbol: `${base}USDT`, base };
  const market = new SymbolMarket({
    spec,
    historyMs: clock.now() - HISTORY_MS,
    startMs: clock.now(),
    firstTradeId: Math.floor(clock.now() / 1000),
    fillsQuiet: true,
    publish: () => undefined,
  });
  const resting = new Map<number, { readonly side: Side; readonly ticks: number }>();

  function submit(
    side: Side,
    qty: string,
    price: string,
    timeInForce: 'GTC' | 'IOC' = 'GTC',
  ): number {
    const limitTicks = ticksOf(price);
    market.candles.advance(clock.now());
    const request = { owner: 'trader', side, lots: lotsOf(qty), limitTicks, timeInForce };
    const { orderId, restingLots } = market.submit(request, clock.now());
    if (restingLots > 0) resting.set(orderId, { side, ticks: limitTicks });
    return orderId;
  }

  function clear(isGone: (order: { side: Side; ticks: number }) => boolean): void {
    for (const [id, order] of resting) {
      if (!isGone(order)) continue;
      market.engine.cancel(id);
      resting.delete(id);
    }
  }

  function trade(price: string, qty: string, takerSide: Side): void {
    const ticks = ticksOf(price);
    const other = takerSide === 'buy' ? 'sell' : 'buy';
    clear(
      ({ side, ticks: at }) => side === other && (takerSide === 'buy' ? at < ticks : at > ticks),
    );
    const passive = submit(other, qty, price);
    submit(takerSide, qty, price, 'IOC');
    market.engine.cancel(passive);
    resting.delete(passive);
  }

  trade(firstPrice, '0.001', 'buy');
  return {
    world: { ...fakeWorld(clock, []), specs: [spec], markets: [market], step: () => undefined },
    showBook: (bids, asks) => {
      clear(() => true);
      for (const [price, qty] of bids) submit('buy', qty, price);
      for (const [price, qty] of asks) submit('sell', qty, price);
    },
    trade,
  };
}

/** One exchange for several of them. */
export function handWorlds(worlds: readonly HandWorld[]): World {
  const [first] = worlds;
  if (first === undefined) throw new Error('no world');
  return {
    ...first.world,
    specs: worlds.flatMap(({ world }) => world.specs),
    markets: worlds.flatMap(({ world }) => world.markets ?? []),
  };
}

function ticksOf(price: string): number {
  return Math.round(Number(price) * 100);
}

function lotsOf(qty: string): number {
  return Math.round(Number(qty) * 1000);
}
