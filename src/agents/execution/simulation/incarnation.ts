import type { Clock } from '#platform/clock/clock.ts';
import { errorText, DeskError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { type Ledger, openLedger } from '#ledger/index.ts';
import { Execution } from '../agent.ts';
import type { ExecutionConfig } from '../config.ts';
import { type Lease, lease } from '../lease.ts';
import { MarketView } from '../market-view.ts';
import type { CrashPoint, ExecutionPorts } from '../ports.ts';
import { countingMetrics, type Counts } from './counts.ts';
import type { Connection, DeskProcess } from './venue-side.ts';

/** Thrown wherever a dead process would have gone on. */
export class Killed extends Error {}

export interface Life {
  readonly clock: Clock;
  readonly config: ExecutionConfig;
  readonly path: string;
  readonly ids: () => string;
  readonly connect: (desk: DeskProcess) => Connection;
  readonly counts: Counts;
  /** True when the process is to die here. */
  readonly diesAt: (point: CrashPoint) => boolean;
  /** The lease is its own: whoever had it before must be silent soon. */
  readonly onLease: () => void;
  readonly onDeath: () => void;
  readonly onProblem: (problem: string) => void;
}

/**
 * One process of execution, from start to kill. After the kill nothing of it reaches the world any
 * more: its timers never run, its ledger is gone, its broker's voice is not heard.
 */
export class Incarnation {
  readonly #life: Life;
  readonly #abort = new AbortController();
  /** What would have happened while it was stopped. */
  readonly #missed: (() => void)[] = [];
  #isDead = false;
  #isStopped = false;
  #isReplaced = false;
  #successorMs: number | undefined;
  #ledger: Ledger | undefined;
  #execution: Execution | undefined;

  constructor(life: Life) {
    this.#life = life;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Undefined while it starts or is stopped, and when it is dead. */
  get execution(): Execution | undefined {
    return this.#isDead || this.#isStopped ? undefined : this.#execution;
  }

  /** As SIGSTOP: nothing of it runs until it is woken. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Another process takes over; from now on its own end is nobody's problem. */
  replace(): void {
    this.#isReplaced = true;
  }

  /** Its successor has the lease now. */
  noteSuccessor(): void {
    this.#successorMs ??= this.#life.clock.now();
  }

  /** As SIGCONT: everything that was due while it stood still happens now. */
  wake(): void {
    this.#isStopped = false;
    for (const run of this.#missed.splice(0)) if (!this.#isDead) run();
  }

  async start(onRecovering: (execution: Execution) => void): Promise<void> {
    try {
      const clock = this.#clock();
      const { config, path } = this.#life;
      this.#ledger = await openLedger({
        path,
        deskId: config.deskId,
        owner: 'simulation',
        nowMs: clock.now(),
        synchronous: 'normal',
      });
      this.#life.onLease();
      const held = this.#lease(clock, this.#ledger);
      const connection = this.#life.connect({
        clock,
        signal: this.#abort.signal,
        background: (_name, work) => this.#background(work),
        isFenced: () => this.#isFenced(),
      });
      const execution = await Execution.start(
        this.#ports({ clock, ledger: this.#ledger, held, connection }),
        new MarketView(() => config.limits.data_age_max_ms),
      );
      this.#execution = execution;
      onRecovering(execution);
      connection.listen?.(execution);
      await execution.recover();
      this.#every(clock, config.section.lease_ms / 6, () => held.renew());
      this.#every(clock, 1_000, () => execution.tick());
      this.#every(clock, 10_000, () => execution.reconcile());
      this.#every(clock, 60_000, () => execution.minute());
    } catch (error) {
      this.#problem(error);
    }
  }

  /** Work asked for from outside; a death on the way is not its problem. */
  async run(work: (execution: Execution) => Promise<unknown>): Promise<boolean> {
    const { execution } = this;
    if (execution === undefined) return false;
    try {
      await work(execution);
      return !this.#isDead;
    } catch (error) {
      this.#problem(error);
      return false;
    }
  }

  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    if (!this.#isReplaced) this.#life.onDeath();
    this.#ledger?.abandon();
    this.#abort.abort();
  }

  #ports(parts: {
    readonly clock: Clock;
    readonly ledger: Ledger;
    readonly held: Lease;
    readonly connection: Connection;
  }): ExecutionPorts {
    const { clock, ledger, held, connection } = parts;
    const { config, ids, counts, diesAt } = this.#life;
    const quiet = (): void => undefined;
    return {
      config,
      clock,
      ids,
      ledger,
      broker: connection.broker,
      ...(connection.account && { account: connection.account }),
      outbox: { publish: ({ event }) => counts.told(event), account: quiet, position: quiet },
      log: silentLog(),
      metrics: countingMetrics(counts),
      crash: (point) => {
        if (!this.#isDead && diesAt(point)) this.kill();
        if (this.#isDead) throw new Killed(point);
      },
      background: (_name, work) => this.#background(work),
      fail: (error) => this.#problem(error),
      mayAct: () => !this.#isDead && held.mayAct(),
      confirmLease: async () => !this.#isDead && (await held.confirm()),
    };
  }

  /** What it sends on a lease that was still fresh its successor finds by the command's fence. */
  #isFenced(): boolean {
    const { clock, config } = this.#life;
    const sinceMs = this.#successorMs ?? Infinity;
    return clock.now() > sinceMs + config.section.lease_ms / 2;
  }

  #lease(clock: Clock, ledger: Ledger): Lease {
    return lease({
      ledger,
      clock,
      lifeMs: this.#life.config.section.lease_ms,
      onLost: (error) => this.#problem(error),
    });
  }

  #background(work: Promise<unknown>): void {
    void work.catch((error: unknown) => this.#problem(error));
  }

  #problem(error: unknown): void {
    if (this.#isDead || error instanceof Killed) return;
    if (this.#isReplaced) {
      this.kill();
      return;
    }
    const details = error instanceof DeskError ? JSON.stringify(error.details) : '';
    const stack = error instanceof Error ? error.stack : '';
    this.#life.onProblem(`${errorText(error)} ${details} ${stack}`);
    this.kill();
  }

  /** Whole milliseconds, and silence after death. */
  #clock(): Clock {
    const { clock } = this.#life;
    const after: Clock['after'] = (delayMs, run) =>
      clock.after(delayMs, () => {
        if (this.#isStopped) this.#missed.push(run);
        else if (!this.#isDead) run();
      });
    return {
      now: () => Math.floor(clock.now()),
      monotonic: () => clock.monotonic(),
      after,
      sleep: (delayMs) =>
        new Promise((resolve) => {
          after(delayMs, resolve);
        }),
    };
  }

  #every(clock: Clock, intervalMs: number, work: () => Promise<void>): void {
    clock.after(intervalMs, () => {
      void work()
        .catch((error: unknown) => this.#problem(error))
        .finally(() => this.#every(clock, intervalMs, work));
    });
  }
}
