import { INTERVAL_MS } from '../candles/interval.ts';
import type { KlineInterval } from '../world.ts';

/** Case matters to the venue: `1M` is a month, which this exchange does not serve. */
export function parseInterval(name: string): KlineInterval | undefined {
  return isInterval(name) ? name : undefined;
}

function isInterval(name: string): name is KlineInterval {
  return Object.hasOwn(INTERVAL_MS, name);
}
