import type { Clock } from '#platform/clock/clock.ts';
import type { BusLog, BusObserver } from '../observer.ts';

/** What every part of the transport needs. */
export interface Shared {
  readonly instance: string;
  readonly clock: Clock;
  readonly log: BusLog;
  readonly observer: BusObserver;
}
