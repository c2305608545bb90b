/** Filters over daily candles. A pair with fewer than the step looks at counts as without data. */
import type { Pair } from '../model/pair.ts';
import { logReturns } from '../risk/measure/returns.ts';
import { realisedVolatility } from '../risk/measure/volatility.ts';
import type { LinkOf } from './config.ts';
import { missing, percent, type Facts } from './facts.ts';

/** Days listed are counted by its daily candles; a day without trades has one as well. */
export function ageObjection(link: LinkOf<'age'>, facts: Facts, pair: Pair): string | undefined {
  const days = facts.candles.get(pair)?.length;
  if (days === undefined) return missing('daily candles', link);
  if (days < link.min_days) return `${days} days old`;
  if (link.max_days !== null && days > link.max_days) return `over ${link.max_days} days old`;
  return undefined;
}

/** Standard deviation of daily log returns. */
export function volatilityObjection(
  link: LinkOf<'volatility'>,
  facts: Facts,
  pair: Pair,
): string | undefined {
  const candles = facts.candles.get(pair)?.slice(-(link.days + 1)) ?? [];
  if (candles.length <= link.days) return missing(`${link.days} days of returns`, link);
  const volatility = realisedVolatility(logReturns(candles.map(({ close }) => close)));
  return outside(link, volatility, 'volatility');
}

/** (highest high - lowest low) / lowest low. */
export function rangeObjection(
  link: LinkOf<'range-stability'>,
  facts: Facts,
  pair: Pair,
): string | undefined {
  const candles = facts.candles.get(pair)?.slice(-link.days) ?? [];
  if (candles.length < link.days) return missing(`${link.days} days of candles`, link);
  const low = Math.min(...candles.map((candle) => candle.low));
  const high = Math.max(...candles.map((candle) => candle.high));
  return outside(link, (high - low) / low, 'range');
}

function outside(
  band: { readonly min: number; readonly max: number | null },
  value: number,
  what: string,
): string | undefined {
  const isInside = value >= band.min && (band.max === null || value <= band.max);
  return isInside ? undefined : `${what} ${percent(value)}`;
}
