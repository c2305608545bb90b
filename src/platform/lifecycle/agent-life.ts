import { flushCompileCache } from 'node:module';
import type { z } from 'zod';
import type { Clock } from '../clock/clock.ts';
import { ConfigError, errorText } from '../errors.ts';
import type { LogLevel } from '../log/config.ts';
import type { Log } from '../log/log.ts';
import type { Redactor } from '../log/redact.ts';
import { metricsConfigOf } from '../metrics/config.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { freshRandom } from '../random.ts';
import type { AgentContext, AgentHandle, AgentSpec } from './agent-context.ts';
import { agentWork } from './agent-work.ts';
import type { AgentWork } from './agent-work.ts';
import { closingStack, within } from './closing-stack.ts';
import { ConfigSwap } from './config-swap.ts';
import type { ClosableStack } from './closing-stack.ts';
import type { ConfigStep, FromParent } from './contract.ts';
import { exitCodeOf } from './exit-error.ts';
import { EXIT } from './exit-codes.ts';
import { parseSlice } from './init-config.ts';
import { openMetricsPort } from './metrics-server.ts';
import type { ParentChannel } from './parent-channel.ts';
import { processSampler } from './process-sampler.ts';
import type { ProcessSampler } from './process-sampler.ts';
import { vitals } from './vitals.ts';
import type { Vitals } from './vitals.ts';

export interface LifePorts {
  readonly channel: ParentChannel;
  readonly clock: Clock;
  readonly log: Log;
  readonly logAs: (agent: string) => Log;
  readonly redactor: Redactor;
  readonly setLogLevel: (level: LogLevel) => void;
  readonly init: Extract<FromParent, { kind: 'init' }>;
  /** Writes the buffered log lines and ends the process. */
  readonly exit: (code: number) => never;
}

export interface DrainReason {
  readonly reason: string;
  readonly withinMs: number;
  readonly exitCode: number;
}

const BEAT_MS = 1_000;
const METRICS_MS = 2_000;
// Walking the memory map of a process costs the kernel about a millisecond.
const PSS_MS = 10_000;
const CLOSER_WITHIN_MS = 4_000;
const ORPHAN_WITHIN_MS = 6_000;
const LAST_WORDS_WITHIN_MS = 250;

/** One agent between `init` and its exit; the states are described in `run-agent.ts`. */
export class AgentLife<S extends z.ZodType> {
  readonly #spec: AgentSpec<S>;
  readonly #ports: LifePorts;
  readonly #draining = new AbortController();
  readonly #stack: ClosableStack;
  readonly #sampler: ProcessSampler;
  readonly #vitals: Vitals;
  readonly #metrics: Metrics;
  readonly #work: AgentWork;
  readonly #random = freshRandom();
  readonly #orphanHooks: (() => void)[] = [];
  readonly #swap: ConfigSwap<S>;
  #answerRequest: ((request: unknown) => unknown) | undefined;
  #handle: AgentHandle | void = undefined;
  #isReady = false;

  constructor(spec: AgentSpec<S>, ports: LifePorts) {
    const { clock, log, init } = ports;
    this.#spec = spec;
    this.#ports = ports;
    this.#swap = new ConfigSwap(spec.config, { ...ports, agent: spec.name });
    this.#stack = closingStack({ clock, deadlineMs: CLOSER_WITHIN_MS });
    this.#sampler = processSampler();
    this.#vitals = vitals(clock, this.#sampler);
    const { agent, instance } = init;
    this.#metrics = createMetrics({ agent, instance, withNodeMetrics: true });
    this.#work = agentWork({
      log,
      clock,
      metrics: this.#metrics,
      random: this.#random,
      signal: this.#draining.signal,
      onProgress: this.#vitals.progress,
    });
  }

  async start(): Promise<void> {
    const { signal } = this.#draining;
    const { clock, log, init } = this.#ports;
    this.#beatForEver();
    this.#stack.adopt(
      openMetricsPort(metricsConfigOf(init.config), {
        instance: init.instance,
        text: () => this.#metrics.text(),
        clock,
        log: log.child('metrics'),
      }),
      (server) => server?.close(),
    );
    try {
      const config = parseSlice(this.#spec.name, this.#spec.config, this.#ports.init.config);
      this.#handle = await this.#spec.start(this.#context(config));
      if (!signal.aborted) this.#ready({});
    } catch (error) {
      if (!signal.aborted) await this.#lastWords(error, 'agent could not start');
    }
  }

  drain(why: DrainReason): void {
    if (!this.#draining.signal.aborted) void this.#drainThenExit(why);
  }

  orphaned(): void {
    for (const hook of this.#orphanHooks) attemptNow(hook, this.#ports.log);
    const exitCode = EXIT.lostDependency;
    this.drain({ reason: 'parent gone', withinMs: ORPHAN_WITHIN_MS, exitCode });
  }

  async answer({ requestId, body }: { requestId: string; body: unknown }): Promise<void> {
    const { channel, init, log } = this.#ports;
    try {
      if (this.#answerRequest === undefined) throw new Error(`${init.agent} is not ready yet`);
      channel.send({ kind: 'reply', requestId, body: await this.#answerRequest(body) });
    } catch (error) {
      log.warn({ err: error, requestId }, 'request failed');
      channel.send({ kind: 'reply', requestId, body: null, error: this.#safeText(error) });
    }
  }

  /** One step of a new configuration; a swap that fails ends the process, which starts with it. */
  async configure({ requestId, body }: { requestId: string; body: ConfigStep }): Promise<void> {
    const { channel, log } = this.#ports;
    try {
      const answer = await this.#configStep(body);
      channel.send({ kind: 'reply', requestId, body: answer });
    } catch (error) {
      const isHalfSwapped = body.step === 'commit' && !(error instanceof ConfigError);
      if (isHalfSwapped) this.die(error, 'configuration could not be swapped');
      log.warn({ err: error, version: body.version }, 'configuration is not taken');
      channel.send({ kind: 'reply', requestId, body: null, error: this.#safeText(error) });
    }
  }

  #configStep(body: ConfigStep): unknown {
    switch (body.step) {
      case 'prepare':
        return this.#swap.prepare(body.version, body.config, body.note);
      case 'commit':
        return this.#swap.commit(body.version);
      case 'abort':
        this.#swap.abort();
        return null;
    }
  }

  /** Ends the process at once: after an unhandled error nothing in it can be trusted. */
  die(error: unknown, message: string): never {
    const exitCode = exitCodeOf(error);
    this.#ports.log.fatal({ err: error, exitCode }, message);
    // Written to the channel at once where it has room; nothing waits for it.
    this.#ports.channel.send({ kind: 'failed', exitCode, message: this.#safeText(error) });
    return this.#ports.exit(exitCode);
  }

  #context(config: z.output<S>): AgentContext<z.output<S>> {
    const { init, log, logAs, clock } = this.#ports;
    return {
      config,
      agent: init.agent,
      instance: init.instance,
      log,
      logAs,
      clock,
      metrics: this.#metrics,
      random: this.#random,
      signal: this.#draining.signal,
      stack: this.#stack,
      background: this.#work.background,
      every: this.#work.every,
      progress: this.#vitals.progress,
      setWork: this.#vitals.setWork,
      evaluation: this.#vitals.evaluation,
      addCheck: this.#vitals.addCheck,
      onRequest: (answer) => {
        this.#answerRequest = answer;
      },
      onConfig: (apply) => this.#swap.onConfig(apply),
      onPrepare: (prepare) => this.#swap.onPrepare(prepare),
      onOrphaned: (hook) => void this.#orphanHooks.push(hook),
      ready: (facts) => this.#ready(facts ?? {}),
      hide: (secret) => this.#ports.redactor.hide(secret),
      fail: (error) => void this.#lastWords(error, 'agent failed'),
    };
  }

  /** What leaves this process by another way than the log. */
  #safeText(error: unknown): string {
    return this.#ports.redactor.text(errorText(error));
  }

  #ready(facts: Readonly<Record<string, unknown>>): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#ports.channel.send(this.#vitals.beat());
    this.#ports.channel.send({ kind: 'ready', facts });
    // A killed process writes no compile cache; the next start would compile everything again.
    flushCompileCache();
    this.#ports.log.child('lifecycle').info(facts, 'ready');
  }

  #beatForEver(): void {
    const { channel, clock } = this.#ports;
    void repeat(clock, BEAT_MS, () => void channel.send(this.#vitals.beat()));
    void repeat(clock, PSS_MS, this.#sampler.samplePss);
    void repeat(clock, METRICS_MS, async () => {
      channel.send({ kind: 'metrics', families: await this.#metrics.families() });
    });
  }

  async #lastWords(error: unknown, message: string): Promise<void> {
    const { log, channel, clock, exit } = this.#ports;
    const exitCode = exitCodeOf(error);
    log.fatal({ err: error, exitCode }, message);
    const sent = channel.sent({ kind: 'failed', exitCode, message: this.#safeText(error) });
    await Promise.race([sent, clock.sleep(LAST_WORDS_WITHIN_MS)]);
    exit(exitCode);
  }

  async #drainThenExit({ reason, withinMs, exitCode }: DrainReason): Promise<void> {
    const { clock, exit } = this.#ports;
    const log = this.#ports.log.child('lifecycle');
    log.info({ reason, withinMs }, 'draining');
    clock.after(withinMs, () => {
      log.error({ withinMs }, 'draining took too long');
      exit(exitCode === EXIT.asked ? EXIT.failed : exitCode);
    });
    this.#draining.abort(new Error(`draining: ${reason}`));
    try {
      await this.#close();
      log.info('stopped');
    } catch (error) {
      log.error({ err: error }, 'stopped with failures');
    }
    exit(exitCode);
  }

  async #close(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (run: () => void | Promise<void>): Promise<void> => {
      try {
        await within({ clock: this.#ports.clock, deadlineMs: CLOSER_WITHIN_MS, run });
      } catch (error) {
        failures.push(error);
      }
    };
    await attempt(() => this.#handle?.close());
    await attempt(() => this.#work.settled());
    await this.#stack.close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'the agent did not close cleanly');
  }
}

function attemptNow(hook: () => void, log: Log): void {
  try {
    hook();
  } catch (error) {
    log.error({ err: error }, 'orphan hook failed');
  }
}

async function repeat(clock: Clock, everyMs: number, run: () => void | Promise<void>) {
  for (;;) {
    await run();
    await clock.sleep(everyMs);
  }
}
