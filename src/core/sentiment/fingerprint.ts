/**
 * Finds the same story in other words of the same kind: a SimHash (Charikar 2002) over pairs of words
 * of the normalised text. Two texts that differ in a source's name, a link, capitals or punctuation
 * have close fingerprints; the share of equal bits estimates how alike they are.
 */
import { TEXT_CHARS_MAX } from './tokens.ts';

/** 64 bits as two unsigned 32-bit numbers. */
export type Fingerprint = readonly [high: number, low: number];

/**
 * From this similarity on two texts are one story: 99 of 100 headlines that lost a word and 96 that got
 * another one reach it, and 2 of 10,000 pairs of different headlines (docs/sentiment.md).
 */
export const SAME_STORY_SIMILARITY = 0.5;

const NOISE =
  /https?:\/\/\S{1,500}|[@/]\w{1,40}|\b(?:breaking|just in|update|updated|exclusive|via|rt)\b[ :]{0,2}|[^\p{L}\p{N}%$.]/gu;

/** Lower case words without links, mentions, marks, accents and the openers of a headline. */
export function normaliseText(text: string): string {
  return text
    .slice(0, TEXT_CHARS_MAX)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(NOISE, ' ')
    .replace(/\.(?!\d)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

export function fingerprint(text: string): Fingerprint {
  const words = normaliseText(text).split(' ');
  const counts = new Int32Array(64);
  for (const [i, word] of words.entries()) {
    count(counts, word);
    const next = words[i + 1];
    if (next !== undefined) count(counts, `${word} ${next}`);
  }
  return [bits(counts, 0), bits(counts, 32)];
}

/**
 * 1 for equal fingerprints, 0 for the agreement of unrelated texts (half the bits), never below 0.
 * The share of equal bits `p` is read as `2p - 1`.
 */
export function similarity(a: Fingerprint, b: Fingerprint): number {
  const different = ones(a[0] ^ b[0]) + ones(a[1] ^ b[1]);
  return Math.max(0, 1 - different / 32);
}

function count(counts: Int32Array, feature: string): void {
  const low = hash(feature, 0x811c9dc5);
  const high = hash(feature, 0x9747b28c);
  for (let bit = 0; bit < 32; bit += 1) {
    counts[bit] = (counts[bit] ?? 0) + (((high >>> bit) & 1) === 1 ? 1 : -1);
    counts[bit + 32] = (counts[bit + 32] ?? 0) + (((low >>> bit) & 1) === 1 ? 1 : -1);
  }
}

/** FNV-1a with another offset for the second half, mixed at the end (MurmurHash3's finaliser). */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function bits(counts: Int32Array, from: number): number {
  let value = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((counts[from + bit] ?? 0) > 0) value |= 1 << bit;
  return value >>> 0;
}

function ones(value: number): number {
  let [rest, total] = [value >>> 0, 0];
  while (rest !== 0) {
    rest = (rest & (rest - 1)) >>> 0;
    total += 1;
  }
  return total;
}
