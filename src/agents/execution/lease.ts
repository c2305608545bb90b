import type { Ledger } from '#ledger/ledger.ts';
import type { Clock } from '#platform/clock/clock.ts';

/**
 * Whether this process may still touch the account. The right to write the ledger is renewed all
 * the time; once the last renewal is older than half the lease's life nothing is sent before it was
 * renewed again. So a process that was stopped (SIGSTOP, a suspended machine) and wakes up asks
 * first, and one that was replaced meanwhile finds out before its first byte.
 *
 * `held` -> `ended`, by the parent's death, a fence, or the end of the process; never back.
 */
export interface Lease {
  /** False for ever once the lease has ended. */
  mayAct(): boolean;
  /** True when the lease is fresh; renews it first when it is not. */
  confirm(): Promise<boolean>;
  renew(): Promise<void>;
  /** Nothing more is sent from this moment, e.g. when the coordinator has vanished. */
  end(): void;
}

export function lease(options: {
  readonly ledger: Pick<Ledger, 'renewLease'>;
  readonly clock: Clock;
  readonly lifeMs: number;
  /** Another process took over, or the ledger is gone. */
  readonly onLost: (error: unknown) => void;
}): Lease {
  const { ledger, clock, lifeMs, onLost } = options;
  let renewedMs = clock.monotonic();
  let renewedWallMs = clock.now();
  let hasEnded = false;

  // Two clocks: the monotonic one does not count while the machine sleeps, the wall may be set back.
  function isFresh(): boolean {
    const ageMs = Math.max(clock.monotonic() - renewedMs, clock.now() - renewedWallMs);
    return ageMs < lifeMs / 2;
  }

  async function renew(): Promise<void> {
    if (hasEnded) return;
    const askedMs = clock.monotonic();
    const askedWallMs = clock.now();
    try {
      await ledger.renewLease(askedWallMs);
      renewedMs = askedMs;
      renewedWallMs = askedWallMs;
    } catch (error) {
      hasEnded = true;
      onLost(error);
    }
  }

  return {
    mayAct: () => !hasEnded,
    confirm: async () => {
      if (!hasEnded && !isFresh()) await renew();
      return !hasEnded && isFresh();
    },
    renew,
    end: () => {
      hasEnded = true;
    },
  };
}
