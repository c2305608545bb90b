/**
 * Which positions to cut, how much and in what order, until every bound asked for is kept. Of the whole
 * the one first that lowers the risk most per day it takes to sell: what cannot be sold quickly is sold
 * last. A figure that is not a number sells nothing: not knowing is a reason to buy nothing, no more.
 * What cannot be read is sold for its own bound and for the exposure of all; the rest is cut for their
 * risk no less than if it were alone.
 */
import type { Pair } from '#core/model/pair.ts';
import { marginalCovariance } from '../measure/portfolio-risk.ts';
import type { RiskPicture } from '../measure/portfolio-risk.ts';

export interface Sale {
  readonly pair: Pair;
  /** Of what is held. */
  readonly share: number;
}

export interface HeldPosition {
  readonly pair: Pair;
  /** Of equity. */
  readonly fraction: number;
  readonly daysToExit: number;
  /** In how many parts it can be sold; four unless they are too small. */
  readonly parts?: number;
}

/** What a cut has to come down to, as fractions of equity; what is absent is not asked for. */
export interface CutBounds {
  /** One-day value at risk of the whole. */
  readonly valueAtRisk?: number | undefined;
  /** All positions together. */
  readonly exposure?: number | undefined;
  /** Most of single pairs; 0 = none of it. */
  readonly pairs: ReadonlyMap<Pair, number>;
}

export interface CutAsked {
  readonly held: readonly HeldPosition[];
  readonly bounds: CutBounds;
  /** One-day value at risk of weights in the order of the picture's names. */
  readonly riskOf: (weights: Float64Array) => number;
  /** How they move is a guess: they count for no risk. */
  readonly unread: ReadonlySet<Pair>;
}

/** Parts in which a position is cut: finer ones are not worth their fees, nor taken by the venue. */
const PARTS_MAX = 4;

export function partsOf(valueQuote: number, leastSaleQuote = 0): number {
  if (!(leastSaleQuote > 0)) return PARTS_MAX;
  return Math.max(1, Math.min(PARTS_MAX, Math.floor(valueQuote / leastSaleQuote)));
}

/** So that days stay comparable: what trades nothing is sold last, and still sold. */
const SELLING_DAYS = { least: 0.01, most: 1_000 } as const;

interface Cut {
  readonly position: HeldPosition;
  readonly place: number;
  readonly isRead: boolean;
  readonly parts: number;
  /** Parts sold so far. */
  sold: number;
}

export function reducePlan(picture: RiskPicture, asked: CutAsked): readonly Sale[] {
  const { bounds, riskOf } = asked;
  // Of what can be read.
  const weights = new Float64Array(picture.names.length);
  const cuts = asked.held.flatMap((position): Cut[] => {
    const place = picture.placeOf.get(position.pair);
    const isRead = !asked.unread.has(position.pair);
    const { parts = PARTS_MAX } = position;
    return place === undefined || !(position.fraction > 0)
      ? []
      : [{ position, place, isRead, parts, sold: 0 }];
  });
  for (const cut of cuts) {
    const most = bounds.pairs.get(cut.position.pair) ?? Infinity;
    while (isOpen(cut) && left(cut) > most) cut.sold += 1;
    if (cut.isRead) weights[cut.place] = left(cut);
  }
  /** Sells the next part of these; false when there is none. */
  const sellOne = (of: readonly Cut[]): boolean => {
    const next = heaviest(picture, { cuts: of, weights });
    if (next === undefined) return false;
    next.sold += 1;
    if (next.isRead) weights[next.place] = left(next);
    return true;
  };
  const { exposure = Infinity, valueAtRisk = Infinity } = bounds;
  while (sumOf(cuts) > exposure && sellOne(cuts));
  // The dearer figure is asked for only when it is.
  const read = cuts.filter(({ isRead }) => isRead);
  while (valueAtRisk < Infinity && riskOf(weights) > valueAtRisk && sellOne(read));
  return cuts
    .filter(({ sold }) => sold > 0)
    .map(({ position, parts, sold }) => ({ pair: position.pair, share: sold / parts }));
}

function left({ position, parts, sold }: Cut): number {
  return position.fraction * (1 - sold / parts);
}

function isOpen({ parts, sold }: Cut): boolean {
  return sold < parts;
}

function sumOf(cuts: readonly Cut[]): number {
  return cuts.reduce((sum, cut) => sum + left(cut), 0);
}

/**
 * The cut that lowers the variance most per day of selling. Where none lowers it (what has not moved
 * of late has none) the largest per day goes: a bound that is asked for is reached all the same.
 */
function heaviest(
  picture: RiskPicture,
  { cuts, weights }: { readonly cuts: readonly Cut[]; readonly weights: Float64Array },
): Cut | undefined {
  const open = cuts.filter(isOpen);
  const lowering = most(
    open,
    ({ position, place }) => position.fraction * marginalCovariance(picture, weights, place),
  );
  return lowering ?? most(open, ({ position }) => position.fraction);
}

function most(cuts: readonly Cut[], gainOf: (cut: Cut) => number): Cut | undefined {
  let best: Cut | undefined;
  let top = 0;
  for (const cut of cuts) {
    const days = Math.min(SELLING_DAYS.most, Math.max(SELLING_DAYS.least, cut.position.daysToExit));
    const gain = gainOf(cut) / days;
    if (gain > top) {
      top = gain;
      best = cut;
    }
  }
  return best;
}
