/** What was loaded from outside for a step of the chain, kept for as long as it is good. */
import type { ChainLink, LinkOf } from '#core/pairs/config.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText, TransientError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

const MINUTE_MS = 60_000;
/** Markets are others after a day; the ranks of the largest hardly so. */
const WITHOUT_SOURCE_MS_MAX = 86_400_000;

export interface KeepPorts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly log: Pick<Log, 'warn'>;
}

interface Loaded<T> {
  readonly value: T;
  /** Wall time after which it is over by its own word. */
  readonly validUntilMs: number | undefined;
}

/**
 * Loads when the refresh is due; when the source does not answer then, the last value goes on with a
 * warning. Whatever else fails is thrown.
 */
export function keepLists<T>({ clock, log }: KeepPorts) {
  const kept = new Map<
    ChainLink,
    Loaded<T> & { readonly atMs: number; readonly untilMs: number }
  >();

  return async (
    link: LinkOf<'remote'> | LinkOf<'market-cap'>,
    load: () => Promise<Loaded<T>>,
  ): Promise<T> => {
    const nowMs = clock.monotonic();
    const before = kept.get(link);
    const isOver = (before?.validUntilMs ?? Infinity) < clock.now();
    if (before !== undefined && nowMs < before.untilMs && !isOver) return before.value;
    const refreshMs = link.refresh_minutes * MINUTE_MS;
    try {
      const loaded = await load();
      kept.set(link, { ...loaded, atMs: nowMs, untilMs: nowMs + refreshMs });
      return loaded.value;
    } catch (error) {
      const isGood = before !== undefined && nowMs - before.atMs < WITHOUT_SOURCE_MS_MAX && !isOver;
      if (!(error instanceof TransientError) || !isGood) throw error;
      const ageMinutes = Math.round((nowMs - before.atMs) / MINUTE_MS);
      log.warn(
        { step: link.name, ageMinutes, cause: errorText(error) },
        'list from outside does not come, the last one stays',
      );
      return before.value;
    }
  };
}
