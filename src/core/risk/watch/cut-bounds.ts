/**
 * What a cut has to come down to, from the limits that ask for one now. A level that only waits for its
 * recovery asks for nothing: what it asked for has been done.
 *
 * Losses do not shrink when something is sold, so what they ask for is taken from the risk there was
 * when they rose to their level: half of it, once for each rise. Without that memory each look would
 * halve what the one before has left.
 *
 * The risk of what cannot be read (no candles) is not known, and half of such a position is half of its
 * risk whatever that is: it is bounded by itself, and the rest is cut as if it were alone.
 */
import type { Pair } from '#core/model/pair.ts';
import type { WatchedLimit } from './limits.ts';
import type { CutBounds } from './reduce-plan.ts';
import { isWorse, keyOf, levelOf } from './step-limits.ts';
import type { LimitMemory } from './step-limits.ts';

/** A cut goes a little further than the bound of the warning, or the next look would cut again. */
const TARGET = 0.9;
/** The level falls strictly below its bound less the margin. */
const BELOW = 0.99;
/** To what part of their risk positions are cut when losses ask for it, */
const LOSS_TARGET = 0.5;
/** and how far over that it has to grow again for another cut: prices move each look. */
const LOSS_SLACK = 1.25;

type Memory = ReadonlyMap<string, LimitMemory>;

/** What is held, by what is known of it. */
export interface HeldRisk {
  /** One-day value at risk of what can be read. */
  readonly valueAtRisk: number;
  /** The rest, as fractions of equity. */
  readonly unread: ReadonlyMap<Pair, number>;
}

type AtRise = Pick<LimitMemory, 'riskAtRise' | 'unreadAtRise'>;

/** Keeps, with each limit on losses that asks for a cut, what was held when it rose. */
export function keepRiskAtRise(
  stepped: Memory,
  given: {
    readonly before: Memory;
    readonly watched: readonly WatchedLimit[];
    readonly held: HeldRisk;
    /** Of a fraction of equity in one pair; undefined while the pair cannot be read. */
    readonly riskOfOne: (pair: Pair, fraction: number) => number | undefined;
  },
): Memory {
  const { held } = given;
  const next = new Map(stepped);
  for (const limit of given.watched) {
    const key = keyOf(limit);
    const now = stepped.get(key);
    if (limit.cut !== 'half-risk' || now === undefined || !isCutting(now)) continue;
    const was = given.before.get(key);
    const hasRisen = isWorse(now.level, was?.level ?? 'normal');
    const kept = hasRisen || was === undefined ? {} : readSince(was, given.riskOfOne);
    // While nothing is held there is no risk to take half of: the first there is counts.
    const first = { riskAtRise: held.valueAtRisk, unreadAtRise: [...held.unread] };
    const { riskAtRise = 0, unreadAtRise = [] } = isSome(kept) ? kept : first;
    next.set(key, {
      ...now,
      ...(riskAtRise > 0 ? { riskAtRise } : {}),
      ...(unreadAtRise.length > 0 ? { unreadAtRise } : {}),
    });
  }
  return next;
}

function isSome({ riskAtRise, unreadAtRise = [] }: AtRise): boolean {
  return riskAtRise !== undefined || unreadAtRise.length > 0;
}

/**
 * What has been read since the rise joins the risk there was. Both alone are at least the risk of both
 * together, so that this alone asks for no second cut.
 */
function readSince(
  { riskAtRise, unreadAtRise = [] }: AtRise,
  riskOfOne: (pair: Pair, fraction: number) => number | undefined,
): AtRise {
  const found = unreadAtRise.map(([pair, fraction]) => riskOfOne(pair, fraction));
  const risks = [riskAtRise, ...found].filter((risk) => risk !== undefined);
  return {
    riskAtRise: risks.length === 0 ? undefined : risks.reduce((sum, risk) => sum + risk),
    unreadAtRise: unreadAtRise.filter((_, place) => found[place] === undefined),
  };
}

/** The bounds to cut to; undefined: no limit asks for a cut. */
export function cutBounds(
  watched: readonly WatchedLimit[],
  given: {
    readonly memory: Memory;
    readonly margin: number;
    readonly held: HeldRisk;
  },
): CutBounds | undefined {
  const { memory, margin, held } = given;
  const risks: number[] = [];
  const exposures: number[] = [];
  const pairs = new Map<Pair, number>();
  const bound = (pair: Pair, most: number) =>
    pairs.set(pair, Math.min(most, pairs.get(pair) ?? Infinity));
  let isAsked = false;
  for (const limit of watched) {
    const now = memory.get(keyOf(limit));
    if (now === undefined) continue;
    if (!asks(limit, { now, margin })) {
      if (limit.cut === 'risk') risks.push(quietBelow(limit, { now, margin }));
      continue;
    }
    isAsked = true;
    const target = targetOf(limit, margin);
    switch (limit.cut) {
      case 'half-risk':
        risks.push(lossTarget(now.riskAtRise, held.valueAtRisk));
        now.unreadAtRise?.forEach(([pair, atRise]) =>
          bound(pair, lossTarget(atRise, held.unread.get(pair))),
        );
        break;
      case 'risk':
        risks.push(target);
        break;
      case 'exposure':
        exposures.push(target);
        break;
      case 'pair':
        bound(limit.pair, target);
        break;
      case 'whole-pair':
        bound(limit.pair, 0);
        break;
    }
  }
  if (!isAsked) return undefined;
  return { valueAtRisk: least(risks), exposure: least(exposures), pairs };
}

/** Half of what there was at the rise, once there is well over it. */
function lossTarget(atRise = Infinity, now = 0): number {
  const target = atRise * LOSS_TARGET;
  return now > target * LOSS_SLACK ? target : Infinity;
}

interface Standing {
  readonly now: LimitMemory;
  readonly margin: number;
}

/** A level that waits to fall from a halt asks as long as its value is over what asks for a cut. */
function asks(limit: WatchedLimit, { now, margin }: Standing): boolean {
  return isCutting(now) && isCutting({ level: levelOf(limit, margin) });
}

function isCutting({ level }: Pick<LimitMemory, 'level'>): boolean {
  return isWorse(level, 'warn');
}

/**
 * Where a value at risk that asks for nothing has to stay while others are cut: a sale of what moves
 * against the rest makes it grow.
 */
function quietBelow({ bounds }: WatchedLimit, { now, margin }: Standing): number {
  return BELOW * (bounds.reduce ?? Infinity) * (isCutting(now) ? 1 - margin : 1);
}

/** Below the warning, and so far below the cut that its level falls again. */
function targetOf({ bounds }: WatchedLimit, margin: number): number {
  const { warn = Infinity, reduce = Infinity } = bounds;
  return Math.min(TARGET * warn, BELOW * (1 - margin) * reduce);
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}
