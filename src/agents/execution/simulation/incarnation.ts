import type { Clock } from '#platform/clock/clock.ts';
import { errorText, DeskError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import type { Broker } from '#broker/broker.ts';
import { type Ledger, openLedger } from '#ledger/index.ts';
import { Execution } from '../agent.ts';
import type { ExecutionConfig } from '../config.ts';
import { MarketView } from '../market-view.ts';
import type { CrashPoint, ExecutionPorts } from '../ports.ts';
import { countingMetrics, type Counts } from './counts.ts';

/** Thrown wherever a dead process would have gone on. */
export class Killed extends Error {}

export interface Life {
  readonly clock: Clock;
  readonly config: ExecutionConfig;
  readonly path: string;
  readonly ids: () => string;
  readonly broker: (alive: { readonly clock: Clock; readonly signal: AbortSignal }) => Broker;
  readonly counts: Counts;
  /** True when the process is to die here. */
  readonly diesAt: (point: CrashPoint) => boolean;
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
  #isDead = false;
  #ledger: Ledger | undefined;
  #execution: Execution | undefined;

  constructor(life: Life) {
    this.#life = life;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Undefined while it starts and when it is dead. */
  get execution(): Execution | undefined {
    return this.#isDead ? undefined : this.#execution;
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
      const execution = await Execution.start(
        this.#ports(clock, this.#ledger),
        new MarketView(config.limits.data_age_max_ms),
      );
      this.#execution = execution;
      onRecovering(execution);
      await execution.recover();
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
    this.#life.onDeath();
    this.#ledger?.abandon();
    this.#abort.abort();
  }

  #ports(clock: Clock, ledger: Ledger): ExecutionPorts {
    const { config, ids, broker, counts, diesAt } = this.#life;
    const quiet = (): void => undefined;
    return {
      config,
      clock,
      ids,
      ledger,
      broker: broker({ clock, signal: this.#abort.signal }),
      outbox: { publish: (event) => counts.told(event), account: quiet, position: quiet },
      log: silentLog(),
      metrics: countingMetrics(counts),
      crash: (point) => {
        if (!this.#isDead && diesAt(point)) this.kill();
        if (this.#isDead) throw new Killed(point);
      },
      background: (_name, work) => void work.catch((error: unknown) => this.#problem(error)),
      fail: (error) => this.#problem(error),
      mayAct: () => !this.#isDead,
      confirmLease: () => Promise.resolve(!this.#isDead),
    };
  }

  #problem(error: unknown): void {
    if (this.#isDead || error instanceof Killed) return;
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
        if (!this.#isDead) run();
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
