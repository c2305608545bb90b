/**
 * What no event tells and has to be watched: stale data, steps of the drawdown, another version. The
 * memory is kept with the cursors, so a restart does not tell the same again.
 */
import type { FeedStatus } from '#core/model/feed-status.ts';
import type { Alert } from './alert.ts';
import { durationText, percentText } from './amount-text.ts';
import type { RiskMemory } from './risk-alerts.ts';

export interface WatchMemory {
  /** When it was told that a pair's data is stale. */
  readonly stale: Readonly<Record<string, number>>;
  /** Highest step that was told, by account. */
  readonly steps: Readonly<Record<string, number>>;
  readonly version?: string | undefined;
  readonly risk?: RiskMemory | undefined;
}

export const FRESH_MEMORY: WatchMemory = { stale: {}, steps: {} };

interface Watched {
  readonly memory: WatchMemory;
  readonly alerts: readonly Alert[];
}

/** Pairs whose data has been stale for longer than `afterMs`, and those that are fresh again. */
export function watchFeeds(
  memory: WatchMemory,
  feeds: Iterable<FeedStatus>,
  { nowMs, afterMs }: { readonly nowMs: number; readonly afterMs: number },
): Watched {
  const stale: Record<string, number> = { ...memory.stale };
  const alerts: Alert[] = [];
  for (const { pair, state, freshMs } of feeds) {
    const toldMs = stale[pair];
    const isStale = state === 'stale' && nowMs - freshMs >= afterMs;
    if (isStale && toldMs === undefined) {
      stale[pair] = nowMs;
      alerts.push({
        kind: 'data_stale',
        level: 'warning',
        atMs: nowMs,
        group: 'data_stale',
        title: `${pair}: data is stale`,
        lines: [`nothing for ${durationText(nowMs - freshMs)}; no entries on it meanwhile`],
        fields: { pair },
      });
    }
    if (state === 'live' && toldMs !== undefined) {
      delete stale[pair];
      alerts.push({
        kind: 'data_fresh',
        level: 'notice',
        atMs: nowMs,
        group: 'data_fresh',
        title: `${pair}: data is fresh again`,
        lines: [`after ${durationText(nowMs - toldMs)}`],
        fields: { pair },
      });
    }
  }
  return { memory: { ...memory, stale }, alerts };
}

export interface SeenDrawdown {
  readonly account: string;
  readonly fraction: number;
}

// A step is told again only after the drawdown has come back well below it.
const BACK_FRACTION = 0.5;

/** Steps that the fall from the peak has reached; each is told once until it has recovered. */
export function watchDrawdown(
  memory: WatchMemory,
  { account, fraction }: SeenDrawdown,
  { nowMs, steps }: { readonly nowMs: number; readonly steps: readonly number[] },
): Watched {
  const told = memory.steps[account] ?? 0;
  const reached = Math.max(0, ...steps.filter((step) => fraction >= step));
  if (reached > told) {
    return {
      memory: { ...memory, steps: { ...memory.steps, [account]: reached } },
      alerts: [
        {
          kind: 'drawdown',
          level: 'warning',
          atMs: nowMs,
          group: `drawdown ${account}`,
          title: `drawdown ${percentText(fraction)}`,
          lines: [`account ${account} has passed the step of ${percentText(reached)}`],
          fields: { account, fraction: fraction.toFixed(4), step: String(reached) },
        },
      ],
    };
  }
  if (told === 0 || fraction > told * BACK_FRACTION) return { memory, alerts: [] };
  return { memory: { ...memory, steps: { ...memory.steps, [account]: reached } }, alerts: [] };
}

/** Another version than the last that was seen. */
export function watchVersion(memory: WatchMemory, version: string, nowMs: number): Watched {
  const before = memory.version;
  if (before === version) return { memory, alerts: [] };
  const next = { ...memory, version };
  if (before === undefined) return { memory: next, alerts: [] };
  return {
    memory: next,
    alerts: [
      {
        kind: 'version',
        level: 'notice',
        atMs: nowMs,
        group: 'version',
        title: `version ${version}`,
        lines: [`it was ${before}`],
        fields: { version, before },
      },
    ],
  };
}
