/**
 * Which faults are on. The board knows times, chances and targets; the places the data passes ask
 * it (`hit`) or are told when a fault begins and ends (`onChange`). One random stream per fault,
 * so a second fault does not shift the first one's dice.
 */
import type { Clock, Timer } from '#platform/clock/clock.ts';
import type { Random } from '#platform/random.ts';
import type { Fault, FaultKind, FaultOf } from './fault.ts';
import { targetMatches } from './fault-target.ts';
import type { FaultSubject } from './fault-target.ts';

/** Faults waiting or active at once; more is a mistake of the caller. */
const FAULTS_MAX = 100;

export interface FaultRun {
  readonly id: string;
  readonly fault: Fault;
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly isActive: boolean;
  readonly hits: number;
}

export type FaultChange = (run: FaultRun, phase: 'begin' | 'end') => void;

interface Run extends FaultRun {
  readonly random: Random;
  timer: Timer | undefined;
  isActive: boolean;
  hits: number;
}

export class FaultBoard {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #runs = new Map<string, Run>();
  readonly #byKind = new Map<FaultKind, readonly Run[]>();
  readonly #listeners: FaultChange[] = [];
  #started = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Undefined when the board is full. */
  start(fault: Fault): FaultRun | undefined {
    if (this.#runs.size >= FAULTS_MAX) return undefined;
    this.#started += 1;
    const startMs = this.#clock.now() + fault.afterMs;
    const run: Run = {
      id: `f${this.#started}`,
      fault,
      startMs,
      endMs: fault.durationMs === undefined ? undefined : startMs + fault.durationMs,
      isActive: false,
      hits: 0,
      random: this.#random.fork(`${this.#started}/${fault.kind}`),
      timer: undefined,
    };
    this.#runs.set(run.id, run);
    if (fault.afterMs === 0) this.#begin(run);
    else run.timer = this.#clock.after(fault.afterMs, () => this.#begin(run), { unref: true });
    return run;
  }

  stop(id: string): boolean {
    const run = this.#runs.get(id);
    if (run !== undefined) this.#end(run);
    return run !== undefined;
  }

  stopAll(): void {
    for (const run of this.#runs.values()) this.#end(run);
  }

  list(): readonly FaultRun[] {
    return [...this.#runs.values()];
  }

  onChange(listener: FaultChange): void {
    this.#listeners.push(listener);
  }

  /** An active fault of this kind that matches and whose die says so; counts the hit. */
  hit<K extends FaultKind>(kind: K, subject: FaultSubject): FaultOf<K> | undefined {
    for (const run of this.#byKind.get(kind) ?? []) {
      if (isKind(run.fault, kind) && targetMatches(run.fault.target, subject) && roll(run)) {
        return run.fault;
      }
    }
    return undefined;
  }

  /** All active faults of a kind, in order of start. */
  active<K extends FaultKind>(kind: K): readonly FaultOf<K>[] {
    const faults = (this.#byKind.get(kind) ?? []).map((run) => run.fault);
    return faults.filter((fault) => isKind(fault, kind));
  }

  /** Rolls the die of one run, for faults that choose their victims when they begin. */
  roll(id: string): boolean {
    const run = this.#runs.get(id);
    return run !== undefined && roll(run);
  }

  #begin(run: Run): void {
    run.isActive = true;
    this.#byKind.set(run.fault.kind, [...(this.#byKind.get(run.fault.kind) ?? []), run]);
    if (run.endMs !== undefined) {
      const lastsMs = run.endMs - run.startMs;
      run.timer = this.#clock.after(lastsMs, () => this.#end(run), { unref: true });
    }
    for (const listener of this.#listeners) listener(run, 'begin');
  }

  #end(run: Run): void {
    run.timer?.cancel();
    this.#runs.delete(run.id);
    if (!run.isActive) return;
    run.isActive = false;
    const others = (this.#byKind.get(run.fault.kind) ?? []).filter((other) => other !== run);
    this.#byKind.set(run.fault.kind, others);
    for (const listener of this.#listeners) listener(run, 'end');
  }
}

function roll(run: Run): boolean {
  if (run.hits >= (run.fault.count ?? Infinity)) return false;
  const isHit = run.random.next() < run.fault.probability;
  if (isHit) run.hits += 1;
  return isHit;
}

function isKind<K extends FaultKind>(fault: Fault, kind: K): fault is FaultOf<K> {
  return fault.kind === kind;
}
