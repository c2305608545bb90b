/**
 * W-TinyLFU (Einziger, Friedman and Manes, 2017) as Caffeine has it: a window of 1 % ordered by use,
 * and a main part of two segments, 20 % on probation and 80 % protected. What leaves the window is
 * admitted to the main part only if a count-min sketch, halved now and then, has counted it more
 * often than what would have to go for it. Sizes are in bytes; the window keeps one entry at least,
 * as Caffeine's does.
 */
import { createFrequencySketch } from '#core/cache-policy/frequency-sketch.ts';
import type { BenchPolicy, Room } from './bench-policy.ts';
import { type ByteList, createByteList } from './byte-list.ts';

const WINDOW_SHARE = 0.01;
const PROTECTED_SHARE = 0.8;
/** In each row, as in Caffeine: with one alone newcomers pass by collisions. */
const COUNTERS_PER_ENTRY = 4;

export function windowTinyLfu({ bytesMax, entries }: Room): BenchPolicy {
  const width = COUNTERS_PER_ENTRY * Math.max(16, entries);
  const sketch = createFrequencySketch(2 ** Math.ceil(Math.log2(width)));
  const [window, probation, protectedPart] = [createByteList(), createByteList(), createByteList()];
  const segments = [window, probation, protectedPart];
  const protectedMax = bytesMax * (1 - WINDOW_SHARE) * PROTECTED_SHARE;
  /** Left the window while there was no room, the first of them first; not admitted yet. */
  const candidates = createByteList();

  function promote(key: string, bytes: number): void {
    protectedPart.push(key, bytes);
    while (protectedPart.bytes() > protectedMax && protectedPart.size() > 1) {
      moveFirst(protectedPart, probation);
    }
  }

  function use(key: string): void {
    sketch.add(key);
    if (window.has(key)) return window.push(key, window.remove(key) ?? 0);
    const bytes = probation.remove(key) ?? protectedPart.remove(key);
    if (bytes === undefined) return;
    candidates.remove(key);
    promote(key, bytes);
  }

  function shrinkWindow(): void {
    while (window.bytes() > bytesMax * WINDOW_SHARE && window.size() > 1) {
      const moved = moveFirst(window, probation);
      if (moved !== undefined) candidates.push(moved, 0);
    }
  }

  function hasRoom(): boolean {
    return segments.reduce((sum, list) => sum + list.bytes(), 0) <= bytesMax;
  }

  function drop(key: string): void {
    for (const list of [...segments, candidates]) list.remove(key);
  }

  return {
    onRead: use,
    onLoad: (key, { bytes }) => {
      const segment = segments.find((list) => list.has(key));
      if (segment !== undefined) {
        // Its new value in the place of the old one.
        return segment.push(key, bytes);
      }
      window.push(key, bytes);
      shrinkWindow();
      if (hasRoom()) candidates.clear();
    },
    onDrop: drop,
    pickVictim: () => {
      const candidate = candidates.first();
      const first = probation.first();
      if (candidate !== undefined && first !== undefined && first !== candidate) {
        const isAdmitted = sketch.estimate(candidate) > sketch.estimate(first);
        if (isAdmitted) candidates.remove(candidate);
        return { key: isAdmitted ? first : candidate, reason: 'least-value' };
      }
      const key = first ?? protectedPart.first() ?? window.first();
      return key === undefined ? undefined : { key, reason: 'least-value' };
    },
  };
}

function moveFirst(from: ByteList, to: ByteList): string | undefined {
  const key = from.first();
  if (key !== undefined) to.push(key, from.remove(key) ?? 0);
  return key;
}
