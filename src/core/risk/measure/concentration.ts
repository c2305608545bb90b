/** How much hangs on few positions, on the market, and on there being somebody to sell to. */
import { covarianceOf } from './correlation.ts';

/**
 * Herfindahl-Hirschman index: the sum of squared shares, 1 = all in one, 1/n = n alike. Shares are of
 * what is invested; nothing invested is not concentrated: 0.
 */
export function hhi(amounts: readonly number[]): number {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (!(total > 0)) return 0;
  return amounts.reduce((sum, amount) => sum + (amount / total) ** 2, 0);
}

/** Slope of an asset's returns on the market's: covariance over the market's variance. */
export function betaTo(asset: readonly number[], market: readonly number[]): number {
  const [, [covariance = Number.NaN, spread = Number.NaN] = []] = covarianceOf([asset, market]);
  return spread > 0 ? covariance / spread : Number.NaN;
}

/** Days to sell a position while being at most `participation` of what trades. */
export function daysToExit(options: {
  readonly valueQuote: number;
  readonly dailyVolumeQuote: number;
  readonly participation: number;
}): number {
  const { valueQuote, dailyVolumeQuote, participation } = options;
  if (valueQuote <= 0) return 0;
  const sellable = dailyVolumeQuote * participation;
  return sellable > 0 ? valueQuote / sellable : Infinity;
}
