/**
 * The fault `query-lag`: what the engine has done is not found by queries yet, as when the venue's
 * memory and database trail behind (rest-api.md, "Data Sources"). Balances and events do not lag.
 */
import type { FaultSubject } from '../../faults/fault-target.ts';
import type { Venue } from '../venue.ts';

/** True for what happened too lately for this query to find. */
export function lagOf(venue: Venue, subject: FaultSubject): (timeMs: number) => boolean {
  const fault = venue.faults.hit('query-lag', subject);
  if (fault === undefined) return () => false;
  const knownUntilMs = venue.world.now() - fault.lagMs;
  return (timeMs) => timeMs > knownUntilMs;
}
