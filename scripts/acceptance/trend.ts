/**
 * Whether a series rises beyond its noise. The samples of a process are not independent (a heap is a
 * saw-tooth), so they are first gathered into blocks; of these the slope is the median of all slopes
 * between two of them (Theil 1950, Sen 1968) and the test that of Mann (1945) and Kendall, both
 * without an assumption about the noise.
 */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly mean: number;
  readonly perHour: number;
  /** Probability of an order at least as rising in a series without a trend. */
  readonly p: number;
}

const BLOCKS = 16;
const HOUR_MS = 3_600_000;

/** Undefined with fewer samples than blocks. */
export function trendOf(samples: readonly Sample[]): Trend | undefined {
  const blocks = blocksOf(samples);
  const [first] = blocks;
  const last = blocks.at(-1);
  if (blocks.length < BLOCKS || first === undefined || last === undefined) return undefined;
  const slopes: number[] = [];
  let rising = 0;
  for (const [index, earlier] of blocks.entries()) {
    for (const later of blocks.slice(index + 1)) {
      slopes.push((later.value - earlier.value) / (later.atMs - earlier.atMs));
      rising += Math.sign(later.value - earlier.value);
    }
  }
  return {
    first: first.value,
    last: last.value,
    mean: blocks.reduce((sum, { value }) => sum + value, 0) / blocks.length,
    perHour: median(slopes) * HOUR_MS,
    p: probability(rising, blocks.length),
  };
}

/** Each block is the median of its samples, at its middle. */
function blocksOf(samples: readonly Sample[]): readonly Sample[] {
  const size = Math.floor(samples.length / BLOCKS);
  if (size === 0) return [];
  return Array.from({ length: BLOCKS }, (_, index) => {
    const some = samples.slice(index * size, (index + 1) * size);
    return {
      atMs: median(some.map(({ atMs }) => atMs)),
      value: median(some.map(({ value }) => value)),
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** Normal approximation of Kendall's S, with its correction for continuity; ties make it cautious. */
function probability(s: number, n: number): number {
  const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const z = s > 0 ? (s - 1) / deviation : s < 0 ? (s + 1) / deviation : 0;
  return 1 - normalBelow(z);
}

/** Abramowitz and Stegun 26.2.17: error below 7.5e-8. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z));
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const series =
    t *
    (0.319_381_53 +
      t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  const above = density * series;
  return z >= 0 ? 1 - above : above;
}
