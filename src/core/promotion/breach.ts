import type { Halt } from '#core/model/halt.ts';
import type { PromotionConfig } from './config.ts';

const MINUTE_MS = 60_000;

/** Halts that are a breach as soon as they are there. */
const AT_ONCE: ReadonlySet<string> = new Set(['drawdown', 'month-drawdown']);

/**
 * Why a desk that trades real money goes back to shadow by itself: what it was promoted for does not
 * hold any more. Undefined while it does. A halt that a person asked for, or that ends with the day,
 * is no breach.
 */
export function breachOf(
  halts: readonly Halt[],
  nowMs: number,
  config: PromotionConfig['demotion'],
): string | undefined {
  const graceMs = config.reconciliation_minutes * MINUTE_MS;
  const breach = halts.find(({ kind, sinceMs }) => {
    if (AT_ONCE.has(kind)) return true;
    // Named here before the kind exists everywhere.
    return (kind as string) === 'reconciliation' && nowMs - sinceMs > graceMs;
  });
  return breach === undefined ? undefined : `${breach.kind}: ${breach.reason}`;
}
