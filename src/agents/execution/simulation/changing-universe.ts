import type { Pair } from '#core/model/pair.ts';
import type { Universe } from '#core/model/universe.ts';
import type { Random } from '#platform/random.ts';

/** Of a change per tick. */
const CHANGE_CHANCE = 0.008;

/** Pairs come and go, one at a time; one of them always stays. */
export class ChangingUniverse {
  readonly #random: Random;
  readonly #all: readonly Pair[];
  readonly #now: () => number;
  #pairs: readonly Pair[];
  #atMs: number;

  constructor(options: {
    readonly random: Random;
    readonly pairs: readonly Pair[];
    readonly now: () => number;
  }) {
    this.#random = options.random;
    this.#all = options.pairs;
    this.#now = options.now;
    this.#pairs = options.pairs.slice(0, -1);
    this.#atMs = Math.floor(options.now());
  }

  get pairs(): readonly Pair[] {
    return this.#pairs;
  }

  current(): Universe {
    const place = { standing: 'trade', sinceMs: 0, why: '' } as const;
    const pairs = this.#pairs.map((pair) => ({ pair, ...place }));
    return { atMs: this.#atMs, version: 0, pairs, chain: [] };
  }

  act(): void {
    if (this.#random.next() >= CHANGE_CHANCE) return;
    const pair = this.#all[this.#random.int(this.#all.length)];
    if (pair === undefined) return;
    const others = this.#pairs.filter((one) => one !== pair);
    if (others.length === 0) return;
    this.#pairs = others.length < this.#pairs.length ? others : [...others, pair];
    this.#atMs = Math.floor(this.#now());
  }
}
