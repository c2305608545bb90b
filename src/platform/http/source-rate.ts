import type { Clock } from '../clock/clock.ts';
import { TransientError } from '../errors.ts';
import type { SharedBuckets } from '../redis/shared-bucket.ts';
import { busy, limited } from './source-errors.ts';
import { bucketShape, takeTurn } from './token-bucket.ts';

/** When a source may be asked: its rate, and the time it told us to wait. */
export interface SourceRate {
  /** Waits for the turn; throws TransientError when it comes later than `withinMs`. */
  take(wanted: {
    weight: number;
    withinMs: number;
    signal?: AbortSignal | undefined;
  }): Promise<void>;
  /** Nobody asks the source for so long, in no process. */
  shut(forMs: number): Promise<void>;
  shutMs(): number;
}

/** What one process allows itself while it cannot know of the others: they are two at the most. */
const OWN_FRACTION = 0.5;

export function createSourceRate(options: {
  readonly name: string;
  readonly ratePerMinute: number;
  readonly clock: Clock;
  readonly shared: SharedBuckets | undefined;
}): SourceRate {
  const { name, ratePerMinute, clock, shared } = options;
  const shape = bucketShape(ratePerMinute);
  const ownShape = shared === undefined ? shape : bucketShape(ratePerMinute * OWN_FRACTION);
  let dueMs = 0;
  let shutUntilMs = 0;

  const shutMs = (): number => Math.max(0, shutUntilMs - clock.monotonic());

  function learn(forMs: number): void {
    shutUntilMs = Math.max(shutUntilMs, clock.monotonic() + forMs);
  }

  /** Undefined while Redis does not answer. */
  async function sharedTurn(weight: number, withinMs: number): Promise<number | undefined> {
    if (shared === undefined) return undefined;
    try {
      const { kind, waitMs } = await shared.take(name, { ...shape, weight, withinMs });
      if (kind === 'taken') return waitMs;
      if (kind === 'late') throw late(waitMs);
      learn(waitMs);
      throw limited({ source: name }, waitMs);
    } catch (error) {
      if (isOurs(error)) throw error;
      return undefined;
    }
  }

  function ownTurn(weight: number, withinMs: number): number {
    const state = { dueMs, nowMs: clock.monotonic() };
    const turn = takeTurn(ownShape, state, { weight, withinMs });
    if (!turn.isTaken) throw late(turn.waitMs);
    ({ dueMs } = turn);
    return turn.waitMs;
  }

  const late = (waitMs: number): TransientError =>
    busy({ source: name }, 'its rate is used up', Math.ceil(waitMs));

  return {
    take: async ({ weight, withinMs, signal }) => {
      if (shutMs() > 0) throw limited({ source: name }, Math.ceil(shutMs()));
      const waitMs = (await sharedTurn(weight, withinMs)) ?? ownTurn(weight, withinMs);
      if (waitMs === 0) return;
      await clock.sleep(waitMs, signal);
      // Meanwhile another may have been told to wait.
      learn((await shared?.shutMs(name).catch(() => 0)) ?? 0);
      if (shutMs() > 0) throw limited({ source: name }, Math.ceil(shutMs()));
    },
    shut: async (forMs) => {
      if (forMs <= 0) return;
      learn(forMs);
      // Whoever does not hear of it is told by the source itself.
      await shared?.shut(name, forMs).catch(() => undefined);
    },
    shutMs,
  };
}

function isOurs(error: unknown): boolean {
  return error instanceof TransientError && error.code.startsWith('source-');
}
