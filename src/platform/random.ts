import { randomBytes } from 'node:crypto';

/** A stream of random numbers. Seeded streams repeat exactly; see {@link seededRandom}. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number in [0, below). */
  int(below: number): number;
  /** Standard normal (Marsaglia polar method). */
  normal(): number;
  /** An independent stream named `name`: adding a consumer does not shift the others. */
  fork(name: string): Random;
}

/**
 * Random numbers from a seed: xoshiro128** (Blackman and Vigna, 2018) seeded through
 * splitmix32. Not for secrets.
 */
export function seededRandom(seed: number | string): Random {
  const state = expand(typeof seed === 'number' ? String(seed) : seed);
  const next = (): number => nextUint32(state) / 0x1_0000_0000;
  return {
    next,
    int: (below) => Math.floor(next() * below),
    normal: () => polarNormal(next),
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
}

/** Random numbers that differ in each process. */
export function freshRandom(): Random {
  return seededRandom(randomBytes(16).toString('hex'));
}

function polarNormal(next: () => number): number {
  for (;;) {
    const u = 2 * next() - 1;
    const v = 2 * next() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

function expand(text: string): Uint32Array {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  const state = new Uint32Array(4);
  for (let i = 0; i < 4; i += 1) {
    hash = (hash + 0x9e3779b9) >>> 0;
    let z = hash;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    state[i] = (z ^ (z >>> 15)) >>> 0;
  }
  return state;
}

function nextUint32(s: Uint32Array): number {
  const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = s;
  const result = Math.imul(rotateLeft(Math.imul(s1, 5) >>> 0, 7), 9) >>> 0;
  const t = (s1 << 9) >>> 0;
  const x2 = s2 ^ s0;
  const x3 = s3 ^ s1;
  s[1] = s1 ^ x2;
  s[0] = s0 ^ x3;
  s[2] = x2 ^ t;
  s[3] = rotateLeft(x3 >>> 0, 11);
  return result;
}

function rotateLeft(value: number, by: number): number {
  return ((value << by) | (value >>> (32 - by))) >>> 0;
}
