/**
 * The supervisor of the desk: connects the policies, the processes and the world. It has no
 * exchange and no database, and must not be able to fail for an agent's reason.
 */
import type { StartWishes } from '#core/model/start-wishes.ts';
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Backlog } from '#bus/bus.ts';
import { redisAddress } from '#bus/config.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { ControlRequest, DeskStatus } from '#platform/lifecycle/control.ts';
import type { MetricsServer } from '#platform/lifecycle/metrics-server.ts';
import { processSampler, readPss } from '#platform/lifecycle/process-sampler.ts';
import { runFolder, socketPath } from '#platform/lifecycle/short-path.ts';
import type { LogLevel } from '#platform/log/config.ts';
import type { Log } from '#platform/log/log.ts';
import { freshRandom } from '#platform/random.ts';
import { programVersion } from '#platform/version.ts';
import { absentAgents, agentPlan, childEnv, otherAgents } from './agent-plans.ts';
import type { SupervisedAgent } from './agent-plans.ts';
import { coordinatorStatus, redisStatus } from './agent-status.ts';
import { askNotifier } from './ask-notifier.ts';
import { backUpForEver } from './backup/backup-timer.ts';
import { runBackup } from './backup/run-backup.ts';
import { launcher } from './child.ts';
import { childConfig, type KeystoreAccess } from './child-config.ts';
import { CoordinatorSlice } from './config.ts';
import type { EventJournal } from './events/event-journal.ts';
import { processFact } from './events/process-facts.ts';
import { redisWatch } from './events/redis-watch.ts';
import { type Figures, figures } from './figures.ts';
import { Fleet } from './fleet.ts';
import { logHealth } from './health-summary.ts';
import type { LogRouter } from './logs/log-router.ts';
import { processList } from './leftovers.ts';
import { operatorCommands } from './operator-commands.ts';
import type { OperatorCommands } from './operator-commands.ts';
import { systemScore } from './policy/health-score.ts';
import { withPracticeKeys } from './practice-keys.ts';
import { practicePort } from './practice-port.ts';
import { startPublisher } from './publisher.ts';
import type { Publisher } from './publisher.ts';
import type { EmbeddedRedis } from './redis/embedded.ts';
import { ownRedis } from './redis/start-redis.ts';
import type { ConfigPort } from './reload/config-port.ts';
import { reloadDesk } from './reload/reload-desk.ts';
import type { ReloadDesk } from './reload/reload-desk.ts';
import { workerScaler } from './scaler.ts';
import type { AgentPlan, Observed } from './supervisor.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface CoordinatorSettings {
  readonly slice: CoordinatorSlice;
  /** The whole effective config. */
  readonly base: Tree;
  /** The same as it is passed on to the agents. */
  readonly config: Tree;
  readonly rootDir: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly inspect: string | undefined;
  readonly wishes: StartWishes | undefined;
  readonly keystore: KeystoreAccess | undefined;
  readonly files: Readonly<Partial<Record<SupervisedAgent, string>>> | undefined;
}

export interface CoordinatorPorts {
  /** After each look at the agents, a late one included. */
  readonly onJudged?: () => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly router: LogRouter;
  readonly journal: EventJournal;
  readonly setLogLevel: (level: LogLevel) => void;
  readonly configPort: ConfigPort | undefined;
}

const JUDGE_MS = 250;
// A tick that comes this late was held up (SIGSTOP, a busy machine): beats lie unread.
const HELD_UP_MS = 1_000;
const SAMPLE_MS = 10_000;
const WATCH_MS = 1_000;
const REDIS_STOP_MS = 1_500;

export class Coordinator {
  /** Replaced whole by a reload. */
  #settings: CoordinatorSettings;
  readonly #ports: CoordinatorPorts;
  readonly #fleet: Fleet;
  readonly #processes;
  readonly #practice;
  readonly #commands: OperatorCommands;
  readonly #reloads: ReloadDesk;
  readonly #figures: Figures;
  readonly #sampler = processSampler();
  readonly #ended = new AbortController();
  readonly #facts = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #sinceMs: number;
  #state: DeskStatus['state'] = 'starting';
  #redis: EmbeddedRedis | undefined;
  #redisPss: number | undefined;
  #metricsPort: MetricsServer | undefined;
  #loopDelayMs = 0;
  #publisher: Promise<Publisher | undefined> | undefined;
  #loops: Promise<void>[] = [];

  constructor(settings: CoordinatorSettings, ports: CoordinatorPorts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#sinceMs = ports.clock.now();
    const runDir = runFolder(settings.dataDir);
    this.#processes = processList(runDir, ports.clock, ports.log);
    this.#practice = practicePort(runDir, ports.log);
    this.#figures = figures(
      { ...settings, slice: () => this.#settings.slice },
      { ...ports, picture: () => this.#picture() },
    );
    this.#fleet = this.#makeFleet();
    this.#commands = operatorCommands({
      dataDir: settings.dataDir,
      clock: ports.clock,
      log: ports.log,
      isReady: () => this.#fleet.find('execution')?.status().state === 'ready',
      ask: async (command, withinMs) => this.#fleet.find('execution')?.request(command, withinMs),
    });
    this.#reloads = this.#makeReloads();
  }

  /**
   * Brings the desk up.
   * @throws ExitError or ConfigError when Redis or an agent cannot start.
   */
  async start(): Promise<void> {
    const { slice } = this.#settings;
    const { clock, journal } = this.#ports;
    const { mode, exchange } = this.status();
    journal.emit({ kind: 'desk.starting', mode, exchange, version: programVersion() });
    await this.#processes.endLeftovers();
    this.#metricsPort = this.#figures.serve();
    await this.#startRedis();
    this.#loops.push(this.#judgeForEver(), this.#sampleForEver());
    const started = this.#fleet.start(slice.coordinator.workers.min);
    // Beside the first agents: a wipe is noticed and the picture is there from the beginning.
    this.#publisher = this.#startPublisher();
    await started;
    if (this.#state === 'stopping') return;
    this.#state = 'running';
    journal.emit({ kind: 'desk.up', afterMs: Math.round(clock.now() - this.#sinceMs) });
    this.#loops.push(this.#summariseForEver(), this.#backUpForEver(), this.#watchForEver());
  }

  async answer(request: Exclude<ControlRequest, { kind: 'stop' }>): Promise<unknown> {
    switch (request.kind) {
      case 'status':
        return this.status();
      case 'command':
        return await this.#commands.carryOut(request.command);
      case 'events':
        return this.#ports.journal.after(request.after, request.limit);
      case 'notifier':
        return await askNotifier(this.#fleet.find('notifier'), request.body);
      default:
        return await this.#reloads.answer(request);
    }
  }

  status(): DeskStatus & { readonly agents: AgentStatus[] } {
    const { slice } = this.#settings;
    const agents = this.#agents();
    return {
      pid: process.pid,
      sinceMs: this.#sinceMs,
      mode: slice.mode,
      exchange: slice.exchange.name,
      ...this.#override(),
      state: this.#state,
      healthScore: scoreOf(agents),
      agents,
      facts: Object.fromEntries(this.#facts),
    };
  }

  readonly limits = (): CoordinatorSlice['coordinator'] => this.#settings.slice.coordinator;

  /** Reads the config files again, as a signal asks for. */
  readonly reload = (): Promise<void> => this.#reloads.bySignal();

  /** Stops everything in order, Redis last, all within the configured time. */
  async stop(reason: string): Promise<void> {
    this.#state = 'stopping';
    const { clock, journal } = this.#ports;
    journal.emit({ kind: 'desk.stopping', reason });
    const withinMs = this.#settings.slice.coordinator.stop_within_seconds * 1_000;
    const untilMs = clock.monotonic() + withinMs;
    await this.#fleet.stop(withinMs - REDIS_STOP_MS);
    this.#ended.abort(new Error('the desk stops'));
    await Promise.allSettled(this.#loops);
    await (await this.#publisher)?.close();
    await this.#redis?.stop(Math.max(500, untilMs - clock.monotonic()));
    this.#metricsPort?.close();
    this.#sampler.close();
    await journal.settled();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#fleet.kill();
    this.#redis?.kill();
  }

  #makeFleet(): Fleet {
    const { slice, ...settings } = this.#settings;
    const { clock, log, router, journal } = this.#ports;
    const planOptions = {
      ...settings,
      config: () => this.#settings.slice.coordinator,
      childConfig: (agent: SupervisedAgent) => this.#childConfig(agent),
    };
    const supervisor = {
      clock,
      log,
      random: freshRandom(),
      launch: launcher(clock),
      onLine: (plan: AgentPlan, _stream: string, line: string) => router.line(plan, line),
      onMetrics: this.#figures.keep,
      onProcessChange: () => this.#recordProcesses(),
      onObserved: (plan: AgentPlan, what: Observed) => {
        this.#figures.observe(plan, what);
        const fact = processFact(plan, what);
        if (fact !== undefined) journal.emit(fact);
      },
    };
    return new Fleet(
      {
        clock,
        log,
        supervisor,
        plan: (agent, instance) => agentPlan(agent, instance, planOptions),
        onReady: (agent, instance, facts) => this.#onReady(agent, instance, facts),
        onEnded: (agent) => {
          if (agent === 'practice') this.#practice.ended();
        },
      },
      { absent: absentAgents(slice) },
    );
  }

  #makeReloads(): ReloadDesk {
    const { log, journal, configPort } = this.#ports;
    const runDir = runFolder(this.#settings.dataDir);
    return reloadDesk({
      config: configPort,
      log: log.child('control'),
      metrics: this.#figures.reloads,
      emit: journal.emit,
      deskState: () => this.#state,
      supervisors: () => this.#fleet.supervisors(),
      running: () => this.#settings.base,
      refusals: (config) => otherAgents(this.#settings.slice, CoordinatorSlice.parse(config)),
      configFor: (config, agent) => this.#childConfig(agent, withPracticeKeys(config, runDir)),
      swap: (config) => this.#swap(config),
    });
  }

  #swap(base: Tree): number {
    const { clock, router, setLogLevel } = this.#ports;
    const sinceMs = clock.monotonic();
    const config = withPracticeKeys(base, runFolder(this.#settings.dataDir));
    const slice = CoordinatorSlice.parse(config);
    this.#settings = { ...this.#settings, base, config, slice };
    router.configure(slice.logging);
    setLogLevel(slice.logging.level);
    return clock.monotonic() - sinceMs;
  }

  #childConfig(agent: string, config: Tree = this.#settings.config): unknown {
    const { dataDir } = this.#settings;
    const redisSocket = this.#redis === undefined ? undefined : socketPath(dataDir, 'redis.sock');
    return childConfig(config, agent, {
      dataDir,
      redisSocket,
      wishes: this.#settings.wishes,
      keystore: this.#settings.keystore,
      practicePort: this.#practice.current(),
    });
  }

  #override(): { readonly override?: string } {
    const reason = this.#settings.wishes?.override ?? null;
    return reason === null ? {} : { override: reason };
  }

  #onReady(agent: string, instance: string, facts: Readonly<Record<string, unknown>>): void {
    this.#facts.set(instance, facts);
    if (agent === 'practice') this.#practice.isReady(facts);
    if (agent === 'execution') this.#commands.executionIsReady();
  }

  #recordProcesses(): void {
    const pid = this.#redis?.status().pid;
    const redis = pid === undefined ? [] : [{ what: 'redis', pid }];
    this.#processes.record([...this.#fleet.processes(), ...redis]);
  }

  async #startRedis(): Promise<void> {
    const { slice, dataDir, env } = this.#settings;
    const { clock, log, router } = this.#ports;
    this.#redis = await ownRedis({
      config: slice.redis,
      dataDir,
      env: childEnv(env, dataDir),
      clock,
      log,
      random: freshRandom(),
      onLine: (line) => router.quietLine('redis', line),
      onProcessChange: () => this.#recordProcesses(),
    });
    await this.#redis?.start();
  }

  async #startPublisher(): Promise<Publisher | undefined> {
    const { slice, dataDir } = this.#settings;
    const { clock, log } = this.#ports;
    const address = redisAddress(slice.redis) ?? { socketPath: socketPath(dataDir, 'redis.sock') };
    const { mode, exchange } = this.status();
    const override = this.#override();
    const scale = this.#makeScaler();
    try {
      return await startPublisher({
        address,
        clock,
        random: freshRandom(),
        log,
        signal: this.#ended.signal,
        picture: () => this.#picture(),
        families: () => this.#figures.all(),
        onRedisInfo: (info) => this.#figures.redisSaid(info),
        redisWatch: redisWatch(clock, this.#ports.journal.emit),
        desk: () => ({ pid: process.pid, sinceMs: this.#sinceMs, mode, exchange, ...override }),
        onBacklog: (backlog) => {
          if (this.#state === 'running' && !this.#reloads.isBusy()) scale(backlog);
        },
      });
    } catch (error) {
      // Supervision needs no Redis; the picture is missing until the next start.
      log.error({ err: error }, 'cannot publish the picture of the desk');
      return undefined;
    }
  }

  async #judgeForEver(): Promise<void> {
    const { clock, log } = this.#ports;
    let lastMs = clock.monotonic();
    while (await this.#tick(JUDGE_MS)) {
      this.#loopDelayMs = this.#sampler.takeLoopDelayMs();
      const nowMs = clock.monotonic();
      const lateMs = nowMs - lastMs - JUDGE_MS;
      lastMs = nowMs;
      if (lateMs > HELD_UP_MS) {
        log.warn({ lateMs: Math.round(lateMs) }, 'the coordinator was held up');
        this.#fleet.forgive();
        this.#redis?.forgive();
      } else this.#fleet.judge();
      this.#ports.onJudged?.();
    }
  }

  async #sampleForEver(): Promise<void> {
    do {
      this.#figures.lookAtDisk();
      await Promise.all([this.#sampler.samplePss(), this.#ports.journal.touch()]);
      const pid = this.#redis?.status().pid;
      this.#redisPss = pid === undefined ? undefined : await readPss(pid);
    } while (await this.#tick(SAMPLE_MS));
  }

  async #summariseForEver(): Promise<void> {
    const everyMs = (): number => this.#settings.slice.coordinator.health_check_interval * 1_000;
    while (await this.#tick(everyMs())) {
      logHealth(this.#ports.log, this.#picture());
    }
  }

  async #watchForEver(): Promise<void> {
    while (await this.#tick(WATCH_MS)) {
      if (this.#settings.slice.coordinator.watch_config) await this.#reloads.look();
    }
  }

  #backUpForEver(): Promise<void> {
    const { rootDir, dataDir, env } = this.#settings;
    const { signal } = this.#ended;
    const child = { rootDir, env: childEnv(env, dataDir), signal };
    return backUpForEver(
      { rootDir, dataDir, config: () => this.#settings.slice.backup },
      {
        ...this.#ports,
        metrics: this.#figures.backups,
        signal,
        run: (wish) => runBackup(wish, child),
      },
    );
  }

  /** False when the desk has ended. */
  async #tick(ms: number): Promise<boolean> {
    await this.#ports.clock.sleep(ms, this.#ended.signal).catch(() => undefined);
    return !this.#ended.signal.aborted;
  }

  #makeScaler(): (backlog: Backlog) => void {
    const { clock, log } = this.#ports;
    return workerScaler({
      clock,
      log,
      fleet: this.#fleet,
      workers: () => this.#settings.slice.coordinator.workers,
      forget: async (instance) => {
        this.#facts.delete(instance);
        this.#figures.forget(instance);
        await (await this.#publisher)?.forget(instance).catch((error: unknown) => {
          // It expires by itself a little later.
          log.debug({ err: error, child: instance }, 'entry not removed');
        });
      },
    });
  }

  #agents(): AgentStatus[] {
    const { clock } = this.#ports;
    const self = {
      startedMs: this.#sinceMs,
      pssBytes: this.#sampler.pssBytes(),
      loopDelayMs: this.#loopDelayMs,
    };
    const redis = this.#redis?.status();
    return [
      coordinatorStatus(self, clock),
      ...(redis === undefined ? [] : [redisStatus(redis, this.#redisPss, clock)]),
      ...this.#fleet.statuses(),
    ];
  }

  #picture(): { agents: AgentStatus[]; systemScore: number } {
    const agents = this.#agents();
    return { agents, systemScore: scoreOf(agents) };
  }
}

function scoreOf(agents: readonly AgentStatus[]): number {
  return systemScore(agents.map(({ healthScore }) => healthScore));
}
