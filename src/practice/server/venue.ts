/**
 * What the routes and the streams share: the world, the symbols in the venue's text, and what
 * faults change about the answers (the clock, the trading rules).
 */
import type { SymbolRules } from '../account/rules.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import { targetMatches } from '../faults/fault-target.ts';
import type { World } from '../world.ts';
import { symbolText } from './symbol-text.ts';
import type { SymbolText } from './symbol-text.ts';

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

export interface Venue {
  readonly world: World;
  readonly symbols: ReadonlyMap<string, SymbolText>;
  readonly faults: FaultBoard;
  /** What the exchange says the time is; off under a `clock-offset` fault. */
  saysNow(): number;
  /** Shifts an event's time the same way. Candles and trades keep their own times. */
  says(timeMs: number): number;
  textOf(symbol: string): SymbolText;
  /** Filters and, under a fault, the price range orders may execute in. */
  rulesOf(symbol: string): SymbolRules;
}

export function makeVenue(world: World, faults: FaultBoard): Venue {
  const symbols = new Map(world.specs.map((spec) => [spec.symbol, symbolText(spec)]));
  const says = (timeMs: number): number =>
    faults.active('clock-offset').reduce((time, fault) => time + fault.offsetMs, timeMs);
  const textOf = (symbol: string): SymbolText => {
    const text = symbols.get(symbol);
    if (text === undefined) throw new Error(`the world has no symbol ${symbol}`);
    return text;
  };
  return {
    world,
    symbols,
    faults,
    saysNow: () => says(world.now()),
    says,
    textOf,
    rulesOf: (symbol) => {
      const { tickSize, stepSize, minNotional } = textOf(symbol).spec;
      const rules: Changeable<SymbolRules> = { tickSize, stepSize, minNotional };
      for (const fault of faults.active('filter-change')) {
        if (!targetMatches(fault.target, { symbol })) continue;
        rules.tickSize = fault.tickSize ?? rules.tickSize;
        rules.stepSize = fault.stepSize ?? rules.stepSize;
        rules.minNotional = fault.minNotional ?? rules.minNotional;
        if (fault.priceRange !== undefined) rules.priceRange = fault.priceRange;
      }
      return rules;
    },
  };
}
