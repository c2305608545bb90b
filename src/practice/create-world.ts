import type { Clock } from '#platform/clock/clock.ts';
import { assert } from '#platform/errors.ts';
import { createSynthetic } from './market/create-synthetic.ts';
import type { Driver } from './market/driver.ts';
import type { PriceShocks } from './market/price-shocks.ts';
import type { SymbolMarket } from './market/symbol-market.ts';
import { createReplay } from './replay/create-replay.ts';
import type { ReplayOptions } from './replay/create-replay.ts';
import type { World, WorldEvent } from './world.ts';

export interface WorldOptions {
  readonly clock: Clock;
  /** One seed, one sequence. */
  readonly seed: number;
  /** `BTC/USDT` or `BTCUSDT`; default: twelve pairs of the synthetic market, all of a replay. */
  readonly pairs?: readonly string[];
  /** 1 = as real crypto moves. Synthetic market only. */
  readonly volatility?: number;
  /** Recorded markets instead of the synthetic one. */
  readonly replay?: ReplayOptions;
}

/** The market behind the practice exchange, history and full books included. */
export function createWorld(options: WorldOptions): World {
  const listeners = new Set<(event: WorldEvent) => void>();
  const publish = (event: WorldEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const { replay } = options;
  const driver =
    replay === undefined
      ? createSynthetic({ ...options, publish })
      : createReplay({ ...options, replay, publish });
  return worldOf(driver, options.clock, listeners);
}

function worldOf(driver: Driver, clock: Clock, listeners: Set<(event: WorldEvent) => void>): World {
  const bySymbol = new Map(driver.markets.map((market) => [market.spec.symbol, market]));
  const find = (symbol: string): SymbolMarket => {
    const market = bySymbol.get(symbol);
    assert(market !== undefined, 'the practice exchange does not list this symbol', { symbol });
    return market;
  };
  return {
    specs: driver.markets.map((market) => market.spec),
    markets: driver.markets,
    now: () => clock.now(),
    status: (symbol) => find(symbol).status,
    setStatus: (symbol, status) => {
      find(symbol).status = status;
    },
    book: (symbol, levels) => find(symbol).book(levels),
    trades: (symbol, query) => find(symbol).tape.trades(query),
    aggTrades: (symbol, query) => find(symbol).tape.aggTrades(query),
    klines: (symbol, interval, query) => find(symbol).candles.range(interval, query),
    currentKline: (symbol, interval) => find(symbol).candles.current(interval),
    stats24h: (symbol) => find(symbol).candles.stats24h(clock.now()),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    step: () => driver.step(clock.now()),
    ...(driver.shocks === undefined ? {} : shockable(driver.shocks)),
    ...(driver.liquidity === undefined ? {} : { liquidity: driver.liquidity }),
    ...(driver.recordedTime === undefined ? {} : { recordedTime: driver.recordedTime }),
  };
}

function shockable(shocks: PriceShocks): Required<Pick<World, 'shock' | 'calm'>> {
  return { shock: (shock) => shocks.add(shock), calm: () => shocks.clear() };
}
