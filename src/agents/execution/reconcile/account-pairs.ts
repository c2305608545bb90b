import type { Pair } from '#core/model/pair.ts';
import { isOutdated, type Universe } from '#core/model/universe.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { DeskState } from '../state.ts';
import type { AccountPort } from './account-port.ts';
import { PAIRS_AT_ONCE } from './suspects.ts';

/** What the venue did not say of one pair is not asked for every second. */
const AGAIN_MS = 15_000;

/**
 * `joining`: nothing of it was asked yet. `read`: its executions were read and its fees are known, and a
 * comparison of the whole account is still to come. `compared`: it may be entered.
 */
type Stage = 'joining' | 'read' | 'compared';

/**
 * The pairs that the real account is used for, as the universe changes.
 *
 * 1. A pair that joins may be entered only after a comparison that began after it had joined, asked
 *    for everybody's orders, read its executions since the last known and left nothing in doubt
 *    about it. What was never heard of is not entered either.
 * 2. A pair that has left stays while there is a position, an order or a command of it; after that
 *    it joins anew.
 * 3. Only a universe removes a pair: one that is not heard of changes nothing.
 * 4. Kept nowhere but in the ledger: where trades of a pair were read up to is written only after
 *    they were read whole, so a process that died on the way begins again with it.
 */
export class AccountPairs {
  readonly #account: Pick<AccountPort, 'pairs' | 'follow'>;
  readonly #state: Pick<DeskState, 'positions' | 'orders' | 'commands'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #stages = new Map<Pair, Stage>();
  readonly #notBeforeMs = new Map<Pair, number>();
  /** Of the comparison that runs; one that left meanwhile and came back is not among them. */
  readonly #asked = new Set<Pair>();
  #universe: Universe | undefined;

  constructor(options: {
    readonly account: Pick<AccountPort, 'pairs' | 'follow'>;
    readonly state: Pick<DeskState, 'positions' | 'orders' | 'commands'>;
    readonly clock: Pick<Clock, 'monotonic'>;
  }) {
    this.#account = options.account;
    this.#state = options.state;
    this.#clock = options.clock;
  }

  /**
   * Pairs that were read in an earlier life need no more than the comparison of the start, which reads
   * them once more; of more than it can read, each joins anew from where it was read up to.
   */
  begin(readBefore: Iterable<Pair>): void {
    this.#update();
    const known = [...readBefore].filter((pair) => this.#stages.has(pair));
    if (known.length > PAIRS_AT_ONCE) return;
    for (const pair of known) this.#stages.set(pair, 'compared');
  }

  /** The state and the topic may cross: what was chosen last counts. */
  choose(universe: Universe): void {
    if (isOutdated(universe, this.#universe)) return;
    this.#universe = universe;
  }

  /** Takes up who came and who went; true when there is somebody to ask about. */
  look(): boolean {
    this.#update();
    return this.#due().length > 0;
  }

  isJoining(pair: Pair): boolean {
    return this.#stages.get(pair) !== 'compared';
  }

  inUse(): readonly Pair[] {
    return [...this.#stages.keys()];
  }

  /** Whom the comparison that begins now is to ask about, best first. */
  batch(): readonly Pair[] {
    this.#update();
    const batch = this.#due().slice(0, PAIRS_AT_ONCE);
    this.#asked.clear();
    for (const pair of batch) this.#asked.add(pair);
    return batch;
  }

  noteRead(pair: Pair): void {
    if (this.#asked.has(pair)) this.#stages.set(pair, 'read');
  }

  noteFailed(pair: Pair): void {
    if (this.#stages.has(pair)) this.#notBeforeMs.set(pair, this.#clock.monotonic() + AGAIN_MS);
  }

  /** A comparison was whole. Returns the pairs that may be entered from now on. */
  noteWhole(isDoubted: (pair: Pair) => boolean): readonly Pair[] {
    const opened = [...this.#stages].flatMap(([pair, stage]) =>
      stage === 'read' && !isDoubted(pair) ? [pair] : [],
    );
    for (const pair of opened) this.#stages.set(pair, 'compared');
    return opened;
  }

  #due(): readonly Pair[] {
    const nowMs = this.#clock.monotonic();
    return [...this.#stages].flatMap(([pair, stage]) =>
      stage === 'joining' && nowMs >= (this.#notBeforeMs.get(pair) ?? 0) ? [pair] : [],
    );
  }

  #update(): void {
    const { positions, orders, commands } = this.#state;
    const used = new Set<Pair>(
      this.#universe?.pairs.map(({ pair }) => pair) ?? this.#account.pairs,
    );
    for (const pair of positions.keys()) used.add(pair);
    for (const { pair } of [...orders.values(), ...commands.values()]) used.add(pair);
    const left = [...this.#stages.keys()].filter((pair) => !used.has(pair));
    const come = [...used].filter((pair) => !this.#stages.has(pair));
    for (const pair of left) {
      this.#stages.delete(pair);
      this.#notBeforeMs.delete(pair);
      this.#asked.delete(pair);
    }
    for (const pair of come) this.#stages.set(pair, 'joining');
    if (left.length + come.length > 0) this.#account.follow(this.inUse());
  }
}
