/**
 * What a cut has to come down to, from the limits that ask for one now. A level that only waits for its
 * recovery asks for nothing: what it asked for has been done.
 *
 * Losses do not shrink when something is sold, so what they ask for is taken from the risk there was
 * when they rose to their level: half of it, once for each rise. Without that memory each look would
 * halve what the one before has left.
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

/** Keeps, with each limit on losses that asks for a cut, the value at risk it rose at. */
export function keepRiskAtRise(
  stepped: Memory,
  given: {
    readonly before: Memory;
    readonly watched: readonly WatchedLimit[];
    readonly valueAtRisk: number | undefined;
  },
): Memory {
  const { valueAtRisk = 0 } = given;
  const next = new Map(stepped);
  for (const limit of given.watched) {
    const key = keyOf(limit);
    const now = stepped.get(key);
    if (limit.cut !== 'half-risk' || now === undefined || !isCutting(now)) continue;
    const was = given.before.get(key);
    const kept = isWorse(now.level, was?.level ?? 'normal') ? undefined : was?.riskAtRise;
    // While nothing is held there is no risk to take half of: the first there is counts.
    const risk = kept ?? valueAtRisk;
    if (risk > 0) next.set(key, { ...now, riskAtRise: risk });
  }
  return next;
}

/** The bounds to cut to; undefined: no limit asks for a cut. */
export function cutBounds(
  watched: readonly WatchedLimit[],
  given: {
    readonly memory: Memory;
    readonly margin: number;
    /** Of what is held now; undefined: it is a guess, and sells nothing. */
    readonly valueAtRisk: number | undefined;
  },
): CutBounds | undefined {
  const { memory, margin, valueAtRisk } = given;
  const risks: number[] = [];
  const exposures: number[] = [];
  const pairs = new Map<Pair, number>();
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
        risks.push(lossTarget(now, valueAtRisk));
        break;
      case 'risk':
        risks.push(target);
        break;
      case 'exposure':
        exposures.push(target);
        break;
      case 'pair':
        pairs.set(limit.pair, Math.min(target, pairs.get(limit.pair) ?? Infinity));
        break;
      case 'whole-pair':
        pairs.set(limit.pair, 0);
        break;
    }
  }
  if (!isAsked) return undefined;
  const isBlind = valueAtRisk === undefined;
  return { valueAtRisk: isBlind ? undefined : least(risks), exposure: least(exposures), pairs };
}

function lossTarget({ riskAtRise = Infinity }: LimitMemory, valueAtRisk = 0): number {
  const target = riskAtRise * LOSS_TARGET;
  return valueAtRisk > target * LOSS_SLACK ? target : Infinity;
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
