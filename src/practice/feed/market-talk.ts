import type { World } from '../world.ts';
import type { ChatterPorts } from './chatter.ts';

const MINUTE_MS = 60_000;

/** The coins of a world and where they stood, for who writes about them. */
export function marketTalk(world: World): Omit<ChatterPorts, 'seed'> {
  const symbolOf = new Map(world.specs.map(({ base, symbol }) => [base, symbol]));
  return {
    coins: [...symbolOf.keys()],
    now: () => world.now(),
    priceAt: (base, atMs) => {
      const symbol = symbolOf.get(base);
      if (symbol === undefined) return undefined;
      const openMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
      return world.klines(symbol, '1m', { startMs: openMs, limit: 1 })[0]?.closeTicks;
    },
  };
}
