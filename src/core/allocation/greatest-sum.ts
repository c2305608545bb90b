import { type AllocationLimits, membersOf, rangeOf } from './limits.ts';

/**
 * The portfolio within the limits with the greatest sum of weight times value; limits that contradict
 * each other have no right answer. Greedy is exact here because the limits nest: what a sector must
 * have goes to its best members, then what must be invested to the best that has room, then whatever is
 * worth something as far as it may.
 */
export function greatestSum(
  limits: AllocationLimits,
  values: readonly number[],
): { readonly sum: number; readonly weights: readonly number[] } {
  const fill = new Filling(limits, values);
  for (const [place, { range }] of (limits.sectors ?? []).entries()) {
    fill.raise({ sector: place, until: range.min });
  }
  fill.raise({ until: limits.invested.min });
  fill.raise({ until: limits.invested.max, isWorthOnly: true });
  const weights = fill.weights;
  return { weights, sum: weights.reduce((sum, weight, i) => sum + weight * (values[i] ?? 0), 0) };
}

interface Goal {
  /** Only its members, until they have so much; without, all assets. */
  readonly sector?: number;
  readonly until: number;
  readonly isWorthOnly?: boolean;
}

class Filling {
  readonly weights: number[];
  readonly #limits: AllocationLimits;
  readonly #values: readonly number[];
  /** Places of the assets, the most valuable first. */
  readonly #order: readonly number[];
  readonly #sectorOf: readonly number[];

  constructor(limits: AllocationLimits, values: readonly number[]) {
    const { names, sectors = [] } = limits;
    this.#limits = limits;
    this.#values = values;
    this.weights = names.map((name) => rangeOf(limits, name).min);
    this.#order = names.map((_, i) => i).toSorted((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
    const memberships = sectors.map((sector) => membersOf(limits, sector));
    this.#sectorOf = names.map((name) => memberships.findIndex((list) => list.includes(name)));
  }

  raise({ sector, until, isWorthOnly = false }: Goal): void {
    for (const i of this.#order) {
      if (sector !== undefined && this.#sectorOf[i] !== sector) continue;
      if (isWorthOnly && (this.#values[i] ?? 0) <= 0) continue;
      const missing = until - this.#held(sector);
      const step = Math.min(missing, this.#room(i));
      if (step > 0) this.weights[i] = Math.min((this.weights[i] ?? 0) + step, this.#most(i));
    }
  }

  #held(sector: number | undefined): number {
    return this.weights.reduce(
      (sum, weight, i) =>
        sector === undefined || this.#sectorOf[i] === sector ? sum + weight : sum,
      0,
    );
  }

  #room(i: number): number {
    const { sectors = [], invested } = this.#limits;
    const own = this.#most(i) - (this.weights[i] ?? 0);
    const place = this.#sectorOf[i] ?? -1;
    const sector = sectors[place];
    const inSector = sector === undefined ? Infinity : sector.range.max - this.#held(place);
    return Math.min(own, inSector, invested.max - this.#held(undefined));
  }

  #most(i: number): number {
    return rangeOf(this.#limits, this.#limits.names[i] ?? '').max;
  }
}
