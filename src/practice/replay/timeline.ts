import { ConfigError } from '#platform/errors.ts';
import type { Feed } from './feed.ts';

/** Candles a desk wants before its first decision, where the files have them. */
const WARM_UP_CANDLES = 500;

/** Served time runs `speed` times as fast as the recording did; both lines meet at the origin. */
export interface Timeline {
  readonly speed: number;
  readonly servedOriginMs: number;
  readonly recordedOriginMs: number;
  toServed(recordedMs: number): number;
  toRecorded(servedMs: number): number;
}

export function timeline(of: {
  speed: number;
  servedOriginMs: number;
  recordedOriginMs: number;
}): Timeline {
  const { speed, servedOriginMs, recordedOriginMs } = of;
  return {
    ...of,
    toServed: (recordedMs) => servedOriginMs + (recordedMs - recordedOriginMs) / speed,
    toRecorded: (servedMs) => recordedOriginMs + (servedMs - servedOriginMs) * speed,
  };
}

/**
 * Where in the recording the live part begins: `fromMs`, else the first time all files cover plus
 * a warm-up of 500 candles, or of half of what they share when that is less.
 */
export function recordedStart(feeds: readonly Feed[], fromMs: number | undefined): number {
  const intervalMs = Math.max(...feeds.map((feed) => feed.intervalMs));
  const common = {
    fromMs: Math.max(...feeds.map((feed) => feed.fromMs)),
    toMs: Math.min(...feeds.map((feed) => feed.toMs)),
  };
  if (common.fromMs >= common.toMs) {
    throw new ConfigError('the replay files have no time in common', { files: spans(feeds) });
  }
  const wholeCandle = (ms: number): number => Math.floor(ms / intervalMs) * intervalMs;
  if (fromMs === undefined) {
    const half = (common.toMs - common.fromMs) / 2;
    return wholeCandle(common.fromMs + Math.min(half, WARM_UP_CANDLES * intervalMs));
  }
  if (fromMs < common.fromMs || fromMs >= common.toMs) {
    const text = (ms: number): string => new Date(ms).toISOString();
    throw new ConfigError(
      `replay cannot start at ${text(fromMs)}: the files share ${text(common.fromMs)} to ${text(common.toMs)}`,
      { files: spans(feeds) },
    );
  }
  return wholeCandle(fromMs);
}

/**
 * Where the live part begins in served time: now, at the beginning of a candle as it is served,
 * so that recorded candles fall on served ones.
 */
export function servedStart(nowMs: number, servedSpanMs: number): number {
  const gridMs = Number.isInteger(servedSpanMs / 1000) ? servedSpanMs : 1000;
  return Math.floor(nowMs / gridMs) * gridMs;
}

function spans(feeds: readonly Feed[]): Record<string, string> {
  return Object.fromEntries(
    feeds.map((feed) => [
      feed.file,
      `${new Date(feed.fromMs).toISOString()} to ${new Date(feed.toMs).toISOString()}`,
    ]),
  );
}
