/** Moments of a sample, two-pass for stability. Each gives NaN for a sample that is too short. */

export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Unbiased variance (n - 1). */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) ** 2;
  return sum / (values.length - 1);
}

export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(variance(values));
}

/** Skewness and excess kurtosis (0 and 0 for a normal sample), by population moments. */
export function shape(values: readonly number[]): { skewness: number; excessKurtosis: number } {
  const centre = mean(values);
  let [second, third, fourth] = [0, 0, 0];
  for (const value of values) {
    const off = value - centre;
    second += off ** 2;
    third += off ** 3;
    fourth += off ** 4;
  }
  const n = values.length;
  const spread = second / n;
  return {
    skewness: third / n / spread ** 1.5,
    excessKurtosis: fourth / n / spread ** 2 - 3,
  };
}

/** Quantile by linear interpolation (Hyndman and Fan type 7, the default of R and numpy). */
export function quantile(values: readonly number[], probability: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * probability;
  const low = Math.floor(place);
  const at = sorted[low] ?? Number.NaN;
  return at + ((sorted[low + 1] ?? at) - at) * (place - low);
}
