/**
 * How often keys were asked for lately, in fixed memory: a count-min sketch (Cormode and
 * Muthukrishnan, 2005) with conservative update. Every count is halved after ten additions a
 * column, so that what was popular yesterday does not stay so for ever.
 *
 * Until the first halving an estimate is never below the true count (up to 255); collisions can
 * only raise it.
 */
export interface FrequencySketch {
  add(key: string): void;
  estimate(key: string): number;
}

const ROWS = 4;
const COUNT_MAX = 255;
const ADDITIONS_PER_COLUMN = 10;

/** `width` counters in each of the four rows, a power of two. */
export function createFrequencySketch(width = 1_024): FrequencySketch {
  const counts = new Uint8Array(ROWS * width);
  let additions = 0;

  function placesOf(key: string): readonly number[] {
    const first = hash(key, 0x811c9dc5);
    // Odd, so that the rows differ for every key.
    const second = hash(key, 0x9e3779b9) | 1;
    return Array.from(
      { length: ROWS },
      (_, row) => row * width + (((first + row * second) >>> 0) & (width - 1)),
    );
  }

  function lowest(places: readonly number[]): number {
    return Math.min(...places.map((place) => counts[place] ?? 0));
  }

  return {
    add: (key) => {
      const places = placesOf(key);
      const least = lowest(places);
      if (least < COUNT_MAX) {
        for (const place of places) if (counts[place] === least) counts[place] = least + 1;
      }
      additions += 1;
      if (additions < width * ADDITIONS_PER_COLUMN) return;
      additions = Math.floor(additions / 2);
      for (const [place, count] of counts.entries()) counts[place] = count >>> 1;
    },
    estimate: (key) => lowest(placesOf(key)),
  };
}

/** FNV-1a, with the finish of murmur3: the low bits have to be good. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
