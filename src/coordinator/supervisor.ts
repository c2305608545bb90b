/**
 * Keeps one agent process running. The states:
 *
 * stopped:      not wanted, or ended for good.
 * starting:     forked, `init` sent, not ready yet.
 * ready:        said so.
 * draining:     asked to close; killed when it does not.
 * backing-off:  dead, the next start is planned.
 *
 * What must hold: at most one process per supervisor; every exit that was not asked for leads to
 * a new start; nothing a child does or sends throws in here.
 */
import type { Clock, Timer } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { ConfigStep, FromChild, FromParent, Heartbeat } from '#platform/lifecycle/contract.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { Child, ExitReport, Launch, LaunchPlan } from './child.ts';
import { lastLines } from './logs/last-lines.ts';
import { exitReason } from './policy/exit-reason.ts';
import type { ExitReason } from './policy/exit-reason.ts';
import { EARLY_MS, FRESH_HISTORY, planRestart } from './policy/restart.ts';
import { BEATS_KEPT, canDrain, judge, verdictText } from './policy/verdict.ts';
import type { Verdict, VerdictLimits } from './policy/verdict.ts';
import { pendingReplies } from './pending-replies.ts';

export type ProcessState = 'stopped' | 'starting' | 'ready' | 'draining' | 'backing-off';

export interface AgentPlan {
  readonly agent: string;
  readonly instance: string;
  /** The agents that live in the process, itself first. */
  readonly members: readonly string[];
  /** Read anew at each look: they may be changed while the desk runs. */
  readonly limits: () => VerdictLimits;
  /** Read anew at each start. */
  readonly launch: () => LaunchPlan;
  readonly config: () => unknown;
}

/** How a process ended, told to whoever waits for its first start. */
export interface Ending {
  readonly exitCode: number | null;
  /** How it ended and what it said. */
  readonly message: string;
  /** What it said itself, if it did. */
  readonly said?: string | undefined;
}

export interface SupervisorPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly launch: Launch;
  readonly onLine: (plan: AgentPlan, stream: 'stdout' | 'stderr', line: string) => void;
  readonly onReady: (plan: AgentPlan, facts: Readonly<Record<string, unknown>>) => void;
  readonly onMetrics: (plan: AgentPlan, families: readonly unknown[]) => void;
  readonly onEnded: (plan: AgentPlan, ending: Ending) => void;
  readonly onProcessChange: () => void;
  readonly onObserved: (plan: AgentPlan, what: Observed) => void;
}

export type Observed =
  | { readonly kind: 'restart'; readonly reason: ExitReason; readonly verdict: string }
  | { readonly kind: 'crash-loop'; readonly deaths: number }
  | { readonly kind: 'recovered'; readonly afterMs: number }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'dropped'; readonly bytes: number };

export interface SupervisorStatus {
  readonly pid: number | undefined;
  readonly state: ProcessState;
  readonly isCrashLoop: boolean;
  readonly restarts: number;
  readonly lastVerdict: string | undefined;
  readonly startedMs: number;
  readonly heardMs: number;
  readonly beat: Heartbeat | undefined;
  readonly restartTimesMs: readonly number[];
}

const MESSAGES_PER_SECOND_MAX = 500;
const VERDICT_DRAIN_MS = 2_000;
const KILL_AFTER_DRAIN_MS = 300;
const RESTART_TIMES_KEPT = 20;

export class Supervisor {
  readonly plan: AgentPlan;
  readonly #ports: SupervisorPorts;
  readonly #log: Log;
  readonly #replies;
  #state: ProcessState = 'stopped';
  #child: Child | undefined;
  #timer: Timer | undefined;
  #killTimer: Timer | undefined;
  #stopped: PromiseWithResolvers<void> | undefined;
  /** Whoever waits for the process to be back after `recycle`. */
  #recycling: PromiseWithResolvers<string | undefined> | undefined;
  /** It was ended to be started again: no death. */
  #isWanted = false;
  #history = FRESH_HISTORY;
  #startedMs = 0;
  #readyMs: number | undefined;
  #diedMs: number | undefined;
  #heardMs = 0;
  #beats: Heartbeat[] = [];
  #restartTimesMs: number[] = [];
  #restarts = 0;
  #lastVerdict: string | undefined;
  #wasEverReady = false;
  #verdict: string | undefined;
  #failedMessage: string | undefined;
  #words = lastLines();
  #window = { sinceMs: 0, messages: 0 };

  constructor(plan: AgentPlan, ports: SupervisorPorts) {
    this.plan = plan;
    this.#ports = ports;
    this.#log = ports.log;
    this.#replies = pendingReplies(ports.clock);
  }

  start(): void {
    if (this.#state !== 'stopped' && this.#state !== 'backing-off') return;
    this.#timer?.cancel();
    const { clock } = this.#ports;
    this.#state = 'starting';
    this.#startedMs = clock.monotonic();
    this.#heardMs = this.#startedMs;
    this.#readyMs = undefined;
    this.#beats = [];
    this.#failedMessage = undefined;
    this.#words = lastLines();
    const child: Child = this.#ports.launch(this.plan.launch(), {
      onMessage: (message) => this.#isCurrent(child) && this.#onMessage(message),
      onMalformed: () => this.#observe({ kind: 'malformed' }),
      onDropped: (bytes) => this.#observe({ kind: 'dropped', bytes }),
      onLine: (stream, line) => this.#onLine(stream, line),
      onExit: (report) => this.#isCurrent(child) && this.#onExit(report),
    });
    this.#child = child;
    const { agent, instance } = this.plan;
    child.send({ kind: 'init', agent, instance, config: this.plan.config() });
    this.#ports.onProcessChange();
  }

  /** Ends the process for good; resolves when it is gone. */
  async stop(withinMs: number): Promise<void> {
    this.#timer?.cancel();
    if (this.#child === undefined) {
      this.#state = 'stopped';
      return;
    }
    this.#stopped ??= Promise.withResolvers<void>();
    this.#drain(withinMs);
    await this.#stopped.promise;
  }

  /** Ends the process at once and for good. */
  kill(): void {
    this.#timer?.cancel();
    this.#stopped ??= Promise.withResolvers<void>();
    this.#child?.kill('SIGKILL');
  }

  /** After the coordinator itself was held up: beats not read are not beats not sent. */
  forgive(): void {
    this.#heardMs = this.#ports.clock.monotonic();
    if (this.#state === 'starting') this.#startedMs = this.#heardMs;
  }

  judge(): void {
    if (this.#state !== 'starting' && this.#state !== 'ready') return;
    this.#noteLasting();
    const seen = {
      nowMs: this.#ports.clock.monotonic(),
      startedMs: this.#startedMs,
      readyMs: this.#readyMs,
      heardMs: this.#heardMs,
      beats: this.#beats,
    };
    const verdict = judge(seen, this.plan.limits());
    if (verdict !== undefined) this.#condemn(verdict);
  }

  /** Asks the process; rejects when it is not ready or does not answer in time. */
  request(body: unknown, withinMs: number): Promise<unknown> {
    return this.#ask(withinMs, (requestId) => ({ kind: 'request', requestId, body }));
  }

  /** One step of a new configuration; rejects like `request`. */
  configure(body: ConfigStep, withinMs: number): Promise<unknown> {
    return this.#ask(withinMs, (requestId) => ({ kind: 'config', requestId, body }));
  }

  /**
   * Ends the process in order and starts it again at once, with what its plan says by then; resolves
   * when it is ready, or with how it ended instead.
   */
  async recycle(drainWithinMs: number): Promise<string | undefined> {
    if (this.#state === 'stopped') return undefined;
    const back = Promise.withResolvers<string | undefined>();
    this.#recycling?.resolve(undefined);
    this.#recycling = back;
    const limitMs = drainWithinMs + this.plan.limits().readyWithinMs;
    const timer = this.#ports.clock.after(limitMs, () => back.resolve('it was not ready in time'));
    if (this.#child === undefined) this.start();
    else {
      this.#isWanted = true;
      this.#drain(drainWithinMs);
    }
    const problem = await back.promise;
    timer.cancel();
    this.#recycling = undefined;
    return problem;
  }

  #ask(withinMs: number, message: (requestId: string) => FromParent): Promise<unknown> {
    if (this.#state !== 'ready' || this.#child === undefined) {
      return Promise.reject(
        new TransientError('agent-down', `${this.plan.instance} is not running`),
      );
    }
    const { requestId, reply } = this.#replies.open(withinMs);
    this.#child.send(message(requestId));
    return reply;
  }

  status(): SupervisorStatus {
    return {
      pid: this.#child?.pid,
      state: this.#state,
      isCrashLoop: this.#history.isCrashLoop,
      restarts: this.#restarts,
      lastVerdict: this.#lastVerdict,
      startedMs: this.#startedMs,
      heardMs: this.#heardMs,
      beat: this.#beats.at(-1),
      restartTimesMs: this.#restartTimesMs,
    };
  }

  #observe(what: Observed): void {
    this.#ports.onObserved(this.plan, what);
  }

  #isCurrent(child: Child): boolean {
    return this.#child === child;
  }

  #onMessage(message: FromChild): void {
    if (!this.#withinRate()) return;
    switch (message.kind) {
      case 'heartbeat':
        this.#heardMs = this.#ports.clock.monotonic();
        this.#beats = [...this.#beats, message].slice(-BEATS_KEPT);
        return;
      case 'ready':
        this.#onReady(message.facts);
        return;
      case 'reply':
        this.#replies.settle(message);
        return;
      case 'metrics':
        this.#ports.onMetrics(this.plan, message.families);
        return;
      case 'failed':
        this.#failedMessage = message.message;
        return;
    }
  }

  #withinRate(): boolean {
    const nowMs = this.#ports.clock.monotonic();
    if (nowMs - this.#window.sinceMs >= 1_000) this.#window = { sinceMs: nowMs, messages: 0 };
    this.#window.messages += 1;
    if (this.#window.messages <= MESSAGES_PER_SECOND_MAX) return true;
    if (this.#window.messages === MESSAGES_PER_SECOND_MAX + 1) {
      this.#condemn({ kind: 'flood', messages: this.#window.messages });
    }
    return false;
  }

  #onReady(facts: Readonly<Record<string, unknown>>): void {
    if (this.#state !== 'starting') return;
    const nowMs = this.#ports.clock.monotonic();
    this.#state = 'ready';
    this.#wasEverReady = true;
    this.#readyMs = nowMs;
    this.#heardMs = nowMs;
    const { instance } = this.plan;
    const startMs = Math.round(nowMs - this.#startedMs);
    if (this.#diedMs === undefined) this.#log.info({ child: instance, startMs }, 'agent is ready');
    else {
      const afterMs = Math.round(nowMs - this.#diedMs);
      this.#log.info({ child: instance, startMs, afterMs }, 'agent is back');
      this.#observe({ kind: 'recovered', afterMs });
      this.#diedMs = undefined;
    }
    this.#recycling?.resolve(undefined);
    this.#ports.onReady(this.plan, facts);
  }

  #onLine(stream: 'stdout' | 'stderr', line: string): void {
    if (stream === 'stderr') this.#words.add(line);
    this.#ports.onLine(this.plan, stream, line);
  }

  /** A start that lasts ends a crash loop: the agent is not degraded until its next death. */
  #noteLasting(): void {
    if (!this.#history.isCrashLoop || this.#readyMs === undefined) return;
    if (this.#ports.clock.monotonic() - this.#readyMs < EARLY_MS) return;
    this.#history = FRESH_HISTORY;
    this.#log.info({ child: this.plan.instance }, 'agent lasts, its crash loop is over');
  }

  #condemn(verdict: Verdict): void {
    if (this.#state !== 'starting' && this.#state !== 'ready') return;
    this.#verdict = verdictText(verdict);
    const { instance } = this.plan;
    this.#log.warn({ child: instance, verdict: verdict.kind, why: this.#verdict }, 'ending agent');
    this.#diedMs ??= this.#ports.clock.monotonic();
    if (canDrain(verdict)) this.#drain(VERDICT_DRAIN_MS);
    else this.#child?.kill('SIGKILL');
  }

  #drain(withinMs: number): void {
    const child = this.#child;
    this.#state = 'draining';
    child?.send({ kind: 'drain', withinMs: Math.round(withinMs) });
    this.#killTimer?.cancel();
    this.#killTimer = this.#ports.clock.after(withinMs + KILL_AFTER_DRAIN_MS, () => {
      if (child !== undefined && this.#isCurrent(child)) child.kill('SIGKILL');
    });
  }

  #onExit(report: ExitReport): void {
    const nowMs = this.#ports.clock.monotonic();
    const readyForMs = this.#readyMs === undefined ? undefined : nowMs - this.#readyMs;
    this.#killTimer?.cancel();
    this.#child = undefined;
    this.#replies.rejectAll(`${this.plan.instance} ended`);
    if (this.#stopped !== undefined) {
      this.#state = 'stopped';
      this.#stopped.resolve();
      this.#recycling?.resolve('the desk stops');
      this.#ports.onProcessChange();
      return;
    }
    if (this.#isWanted) {
      this.#isWanted = false;
      this.#verdict = undefined;
      this.#state = 'backing-off';
      this.start();
      return;
    }
    this.#diedMs ??= nowMs;
    const wasJudged = this.#verdict !== undefined;
    const reason = exitReason({ exitCode: report.code, wasJudged });
    const ending = this.#ending(report);
    this.#observe({ kind: 'restart', reason, verdict: ending.message });
    this.#planStart({ nowMs, readyForMs, ending });
    this.#recycling?.resolve(ending.message);
    this.#ports.onEnded(this.plan, ending);
    this.#ports.onProcessChange();
  }

  #ending({ code, signal }: ExitReport): Ending {
    const how = signal === null ? `exit code ${code ?? 'unknown'}` : `killed by ${signal}`;
    const reason = this.#verdict === undefined ? how : `${this.#verdict} (${how})`;
    const said = this.#failedMessage ?? this.#words.last();
    this.#verdict = undefined;
    const message = said === undefined ? reason : `${reason}: ${said}`;
    return { exitCode: code, message, said };
  }

  #planStart(death: { nowMs: number; readyForMs: number | undefined; ending: Ending }): void {
    const { clock, random } = this.#ports;
    const { nowMs, readyForMs, ending } = death;
    const wasCrashLoop = this.#history.isCrashLoop;
    const plan = planRestart(this.#history, { atMs: nowMs, readyForMs }, random.next());
    this.#history = plan.history;
    this.#lastVerdict = ending.message;
    this.#restarts += 1;
    this.#restartTimesMs = [...this.#restartTimesMs, nowMs].slice(-RESTART_TIMES_KEPT);
    this.#state = 'backing-off';
    const { instance } = this.plan;
    const delayMs = Math.round(plan.delayMs);
    const stderr = this.#words.all();
    // A first start refused for good is told once, by whoever waits for it.
    const isFinal = ending.exitCode === EXIT.config || ending.exitCode === EXIT.lostDependency;
    const isRefusal = isFinal && !this.#wasEverReady;
    this.#log[isRefusal ? 'debug' : 'warn'](
      { child: instance, why: ending.message, delayMs, ...(stderr === '' ? {} : { stderr }) },
      'agent ended, starting it again',
    );
    if (plan.history.isCrashLoop && !wasCrashLoop) {
      this.#log.error({ child: instance, why: ending.message }, 'agent is in a crash loop');
      this.#observe({ kind: 'crash-loop', deaths: plan.history.inARow });
    }
    // An asked exit nobody asked for, e.g. a SIGTERM sent by hand, is a death like any other.
    this.#timer = clock.after(plan.delayMs, () => this.start());
  }
}
