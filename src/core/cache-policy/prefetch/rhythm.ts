/**
 * When one key is likely to be read next, learned online from its reads in a few numbers.
 *
 * - period: the mean time between reads and how much it varies, both smoothed; a rhythm once it
 *   was steady for some reads.
 * - boundary: whether the key is read soon after each period of its candles ends. The share of the
 *   latest periods with such a read, smoothed, has to be high.
 */
export interface Rhythm {
  readonly lastMs: number;
  /** Reads so far, up to a bound. */
  readonly reads: number;
  readonly periodMs: number;
  readonly deviationMs: number;
  /** Number of the candle period last read in, and the smoothed share of periods read in. */
  readonly boundary: number;
  readonly boundaryShare: number;
}

const SMOOTHING = 0.25;
const READS_MIN = 4;
/** Steadier than that, and a load just before is seldom for nothing. */
const DEVIATION_MAX = 0.2;
/** Reads closer than this are one: several readers, or one that reads twice. */
const TOGETHER_MS = 250;
const BOUNDARY_SHARE_MIN = 0.6;
/** Before any: two periods in a row with such a read are enough, or hourly candles would take half a day. */
const BOUNDARY_SHARE_FIRST = 0.4;
/** Part of the candle's period that counts as soon after its end. */
const SOON = 0.2;

/** The rhythm after a read; `candleMs` is the length of the key's candles, if it has any. */
export function noteRead(
  before: Rhythm | undefined,
  read: { readonly atMs: number; readonly candleMs?: number | undefined },
): Rhythm {
  const { atMs, candleMs } = read;
  if (before === undefined) {
    const first = { lastMs: atMs, reads: 1, periodMs: 0, deviationMs: 0 };
    return {
      ...first,
      ...boundaryAfter({ boundary: NaN, boundaryShare: BOUNDARY_SHARE_FIRST }, read),
    };
  }
  const gapMs = atMs - before.lastMs;
  if (gapMs < TOGETHER_MS) return before;
  const isSecond = before.reads === 1;
  const periodMs = isSecond ? gapMs : smoothed(before.periodMs, gapMs);
  const offMs = Math.abs(gapMs - before.periodMs);
  return {
    lastMs: atMs,
    reads: Math.min(1_000, before.reads + 1),
    periodMs,
    deviationMs: isSecond ? 0 : smoothed(before.deviationMs, offMs),
    ...(candleMs === undefined
      ? { boundary: NaN, boundaryShare: 0 }
      : boundaryAfter(before, { atMs, candleMs })),
  };
}

export interface NextRead {
  readonly pattern: 'period' | 'boundary';
  readonly atMs: number;
}

/** The read to get ready for after `nowMs`; undefined when there is no rhythm. */
export function nextRead(
  rhythm: Rhythm,
  { nowMs, candleMs }: { readonly nowMs: number; readonly candleMs?: number | undefined },
): NextRead | undefined {
  if (candleMs !== undefined && rhythm.boundaryShare >= BOUNDARY_SHARE_MIN) {
    return { pattern: 'boundary', atMs: (Math.floor(nowMs / candleMs) + 1) * candleMs };
  }
  const { reads, periodMs, deviationMs, lastMs } = rhythm;
  if (reads < READS_MIN || deviationMs > DEVIATION_MAX * periodMs) return undefined;
  const missed = Math.max(0, Math.ceil((nowMs - lastMs) / periodMs) - 1);
  return { pattern: 'period', atMs: lastMs + (missed + 1) * periodMs };
}

function boundaryAfter(
  before: Pick<Rhythm, 'boundary' | 'boundaryShare'>,
  { atMs, candleMs }: { readonly atMs: number; readonly candleMs?: number | undefined },
): Pick<Rhythm, 'boundary' | 'boundaryShare'> {
  if (candleMs === undefined) return { boundary: NaN, boundaryShare: 0 };
  const boundary = Math.floor(atMs / candleMs);
  const isSoon = atMs - boundary * candleMs <= SOON * candleMs;
  if (!isSoon || boundary === before.boundary) return before;
  const missed = Number.isNaN(before.boundary) ? 0 : Math.max(0, boundary - before.boundary - 1);
  const kept = before.boundaryShare * (1 - SMOOTHING) ** Math.min(missed, 50);
  return { boundary, boundaryShare: smoothed(kept, 1) };
}

function smoothed(before: number, now: number): number {
  return before + SMOOTHING * (now - before);
}
