import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { SharedWindow } from '#platform/redis/shared-window.ts';
import { createWeightWindow, untilTurn } from './weight-window.ts';

/** Where the weight comes from: of this process alone, or of all that share a Redis. */
export interface WeightPool {
  take(asked: PoolAsked): Promise<PoolVerdict>;
  observe(usedWeight: number): void;
  block(forMs: number): void;
  blockedMs(): number;
  usedWeight(): number;
}

export interface PoolAsked {
  readonly weight: number;
  /** Sum up to which this class may go. */
  readonly ceiling: number;
}

export type PoolVerdict =
  | { readonly kind: 'taken' }
  | { readonly kind: 'full'; readonly waitMs: number }
  | { readonly kind: 'shut'; readonly waitMs: number };

export interface PoolShare {
  readonly window: SharedWindow;
  /** The part of the limit that is ours while Redis does not answer. */
  readonly ownFraction: number;
}

/** A Redis that did not answer is not asked for so long: orders must not wait for it one by one. */
const AWAY_MS = 2_000;

const TAKEN: PoolVerdict = { kind: 'taken' };

export function createWeightPool(clock: Clock, share?: PoolShare): WeightPool {
  const window = createWeightWindow();
  /** The sum of all as Redis said it last. */
  let told = 0;
  let toldUntilMs = -Infinity;
  let awayUntilMs = -Infinity;
  const { blockedMs, learnBlock } = createBlock(clock);

  function used(): number {
    const ofAll = clock.now() < toldUntilMs ? told : 0;
    return Math.max(ofAll, window.used(clock.now()));
  }

  function learnUsed(sum: number): void {
    told = sum;
    toldUntilMs = clock.now() + untilTurn(clock.now());
  }

  function takeOwn({ weight, ceiling }: PoolAsked): PoolVerdict {
    if (blockedMs() > 0) return { kind: 'shut', waitMs: blockedMs() };
    if (used() + weight > ceiling) return { kind: 'full', waitMs: untilTurn(clock.now()) };
    window.add(clock.now(), weight);
    return TAKEN;
  }

  /** Undefined while Redis does not answer. */
  async function takeShared(
    { window: common }: PoolShare,
    asked: PoolAsked,
  ): Promise<PoolVerdict | undefined> {
    if (clock.monotonic() < awayUntilMs) return undefined;
    try {
      const { kind, waitMs, used: sum } = await common.take(asked);
      learnUsed(sum);
      if (kind === 'shut') learnBlock(waitMs);
      if (kind !== 'taken') return { kind, waitMs };
      window.add(clock.now(), asked.weight);
      return TAKEN;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      awayUntilMs = clock.monotonic() + AWAY_MS;
      return undefined;
    }
  }

  return {
    take: async (asked) => {
      if (blockedMs() > 0) return { kind: 'shut', waitMs: blockedMs() };
      if (share === undefined) return takeOwn(asked);
      const part = { ...asked, ceiling: asked.ceiling * share.ownFraction };
      return (await takeShared(share, asked)) ?? takeOwn(part);
    },
    observe: (usedWeight) => {
      if (usedWeight <= used()) return;
      window.observe(clock.now(), usedWeight);
      void share?.window.observe(usedWeight).catch(() => undefined);
    },
    block: (forMs) => {
      learnBlock(forMs);
      // Whoever does not hear of it is told by the venue.
      void share?.window.shut(forMs).catch(() => undefined);
    },
    blockedMs,
    usedWeight: used,
  };
}

function createBlock(clock: Clock) {
  let untilMs = 0;
  return {
    blockedMs: (): number => Math.max(0, untilMs - clock.monotonic()),
    learnBlock: (forMs: number): void => {
      untilMs = Math.max(untilMs, clock.monotonic() + forMs);
    },
  };
}
