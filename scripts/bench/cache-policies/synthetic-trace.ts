import { seededRandom } from '#platform/random.ts';
import type { Trace, TracedKey } from './trace.ts';

const KEYS = 2_000;
const READS = 200_000;
const MINUTE_MS = 60_000;
const EXPONENT = 0.9;
/** How far popularity moves on. */
const STEP = 701;
/** Every so many reads somebody looks through so many keys that nobody asks for otherwise. */
const SCAN = { every: 10_000, keys: 400 };

/**
 * An hour of reads with the popularity of Zipf's law (exponent 0.9), and scans through keys read once:
 * what the recorded desk has too little of. Sizes and costs are log-normal and independent, TTLs
 * are a minute, ten, or a day. Every `movesAfterMs` other keys are the popular ones.
 */
export function syntheticTrace(seed: string, movesAfterMs = Infinity): Trace {
  const random = seededRandom(seed);
  const scans = Math.floor(READS / SCAN.every);
  const ttls = [MINUTE_MS, 10 * MINUTE_MS, 1_440 * MINUTE_MS];
  const keys = Array.from({ length: KEYS + scans * SCAN.keys }, (_, place): TracedKey => ({
    key: `key-${place}`,
    bytes: Math.round(4_000 * Math.exp(random.normal())),
    costMs: Math.round(50 * Math.exp(random.normal())),
    ttlMs: ttls[random.int(ttls.length)] ?? MINUTE_MS,
  }));
  const zipf = zipfPlaces(() => random.next());
  const reads: [number, number][] = [];
  for (let read = 0; read < READS; read += 1) {
    const atMs = Math.round((read * 60 * MINUTE_MS) / READS);
    reads.push([atMs, (zipf() + STEP * Math.floor(atMs / movesAfterMs)) % KEYS]);
    if (read % SCAN.every !== SCAN.every - 1) continue;
    const first = KEYS + Math.floor(read / SCAN.every) * SCAN.keys;
    for (let place = first; place < first + SCAN.keys; place += 1) reads.push([atMs, place]);
  }
  return { keys, reads };
}

function zipfPlaces(next: () => number): () => number {
  const sums = new Float64Array(KEYS);
  let total = 0;
  for (let rank = 0; rank < KEYS; rank += 1) {
    total += (rank + 1) ** -EXPONENT;
    sums[rank] = total;
  }
  return () => {
    const wanted = next() * total;
    let [low, high] = [0, KEYS - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
