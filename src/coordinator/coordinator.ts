/**
 * The supervisor of the desk: connects the policies, the processes and the world. It has no
 * exchange and no database, and must not be able to fail for an agent's reason.
 */
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { ControlRequest, DeskStatus } from '#platform/lifecycle/control.ts';
import type { MetricsServer } from '#platform/lifecycle/metrics-server.ts';
import { runFolder } from '#platform/lifecycle/short-path.ts';
import type { LogLevel } from '#platform/log/config.ts';
import type { Log } from '#platform/log/log.ts';
import { freshRandom } from '#platform/random.ts';
import { programVersion } from '#platform/version.ts';
import { childEnv, otherAgents } from './agent-plans.ts';
import { askNotifier } from './ask-notifier.ts';
import { backUpForEver } from './backup/backup-timer.ts';
import { runBackup } from './backup/run-backup.ts';
import { type CoordinatorConfig, CoordinatorSlice } from './config.ts';
import { deskFleet } from './desk-fleet.ts';
import { type DeskPicture, deskPicture } from './desk-picture.ts';
import { type CoordinatorSettings, type DeskSettings, deskSettings } from './desk-settings.ts';
import type { EventJournal } from './events/event-journal.ts';
import { type Figures, figures } from './figures.ts';
import type { Fleet } from './fleet.ts';
import type { LogRouter } from './logs/log-router.ts';
import { processList } from './leftovers.ts';
import { operatorCommands } from './operator-commands.ts';
import type { OperatorCommands } from './operator-commands.ts';
import { practicePort } from './practice-port.ts';
import { publishDesk } from './publish-desk.ts';
import type { Publisher } from './publisher.ts';
import type { EmbeddedRedis } from './redis/embedded.ts';
import { ownRedis } from './redis/start-redis.ts';
import type { ConfigPort } from './reload/config-port.ts';
import { reloadDesk } from './reload/reload-desk.ts';
import type { ReloadDesk } from './reload/reload-desk.ts';
import {
  judgeForEver,
  type Rounds,
  sampleForEver,
  summariseForEver,
  watchForEver,
} from './rounds.ts';

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

const REDIS_STOP_MS = 1_500;

export class Coordinator {
  readonly #settings: DeskSettings;
  readonly #ports: CoordinatorPorts;
  readonly #fleet: Fleet;
  readonly #processes;
  readonly #practice;
  readonly #commands: OperatorCommands;
  readonly #reloads: ReloadDesk;
  readonly #figures: Figures;
  readonly #picture: DeskPicture;
  readonly #rounds: Rounds;
  readonly #ended = new AbortController();
  readonly #facts = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #sinceMs: number;
  #state: DeskStatus['state'] = 'starting';
  #redis: EmbeddedRedis | undefined;
  #metricsPort: MetricsServer | undefined;
  #publisher: Promise<Publisher | undefined> | undefined;
  #loops: Promise<void>[] = [];

  constructor(settings: CoordinatorSettings, ports: CoordinatorPorts) {
    this.#ports = ports;
    this.#sinceMs = ports.clock.now();
    const { dataDir } = settings;
    const runDir = runFolder(dataDir);
    const redis = (): EmbeddedRedis | undefined => this.#redis;
    this.#processes = processList(runDir, ports.clock, ports.log);
    this.#practice = practicePort(runDir, ports.log);
    this.#settings = deskSettings(settings, {
      hasOwnRedis: () => redis() !== undefined,
      practicePort: () => this.#practice.current(),
    });
    this.#figures = figures(
      { ...settings, slice: () => this.#settings.now().slice },
      { ...ports, picture: () => this.#picture.now() },
    );
    this.#fleet = deskFleet(this.#settings, {
      ...ports,
      figures: this.#figures,
      onProcessChange: () => this.#recordProcesses(),
      onReady: (agent, instance, facts) => this.#onReady(agent, instance, facts),
      onEnded: (agent) => {
        if (agent === 'practice') this.#practice.ended();
      },
    });
    this.#picture = deskPicture({
      clock: ports.clock,
      startedMs: this.#sinceMs,
      fleet: this.#fleet,
      redis,
    });
    this.#commands = operatorCommands({
      dataDir,
      clock: ports.clock,
      log: ports.log,
      isReady: () => this.#fleet.find('execution')?.status().state === 'ready',
      ask: async (command, withinMs) => this.#fleet.find('execution')?.request(command, withinMs),
    });
    this.#reloads = this.#makeReloads();
    this.#rounds = {
      ...ports,
      signal: this.#ended.signal,
      limits: this.limits,
      fleet: this.#fleet,
      redis,
      picture: this.#picture,
      figures: this.#figures,
      reloads: this.#reloads,
      onJudged: ports.onJudged,
    };
  }

  /**
   * Brings the desk up.
   * @throws ExitError or ConfigError when Redis or an agent cannot start.
   */
  async start(): Promise<void> {
    const { slice } = this.#settings.now();
    const { clock, journal } = this.#ports;
    const { mode, exchange } = this.status();
    journal.emit({ kind: 'desk.starting', mode, exchange, version: programVersion() });
    await this.#processes.endLeftovers();
    this.#metricsPort = this.#figures.serve();
    await this.#startRedis();
    this.#loops.push(judgeForEver(this.#rounds), sampleForEver(this.#rounds));
    const started = this.#fleet.start(slice.coordinator.workers.min);
    // Beside the first agents: a wipe is noticed and the picture is there from the beginning.
    this.#publisher = this.#publish();
    await started;
    if (this.#state === 'stopping') return;
    this.#state = 'running';
    journal.emit({ kind: 'desk.up', afterMs: Math.round(clock.now() - this.#sinceMs) });
    this.#loops.push(
      summariseForEver(this.#rounds),
      watchForEver(this.#rounds),
      this.#backUpForEver(),
    );
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
    const { slice } = this.#settings.now();
    const { agents, systemScore } = this.#picture.now();
    return {
      pid: process.pid,
      sinceMs: this.#sinceMs,
      mode: slice.mode,
      exchange: slice.exchange.name,
      ...this.#settings.override(),
      state: this.#state,
      healthScore: systemScore,
      agents,
      facts: Object.fromEntries(this.#facts),
    };
  }

  readonly limits = (): CoordinatorConfig => this.#settings.now().slice.coordinator;

  /** Reads the config files again, as a signal asks for. */
  readonly reload = (): Promise<void> => this.#reloads.bySignal();

  /** Stops everything in order, Redis last, all within the configured time. */
  async stop(reason: string): Promise<void> {
    this.#state = 'stopping';
    const { clock, journal } = this.#ports;
    journal.emit({ kind: 'desk.stopping', reason });
    const withinMs = this.limits().stop_within_seconds * 1_000;
    const untilMs = clock.monotonic() + withinMs;
    await this.#fleet.stop(withinMs - REDIS_STOP_MS);
    this.#ended.abort(new Error('the desk stops'));
    await Promise.allSettled(this.#loops);
    await (await this.#publisher)?.close();
    await this.#redis?.stop(Math.max(500, untilMs - clock.monotonic()));
    this.#metricsPort?.close();
    this.#picture.close();
    await journal.settled();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#fleet.kill();
    this.#redis?.kill();
  }

  #makeReloads(): ReloadDesk {
    const { log, journal, configPort } = this.#ports;
    return reloadDesk({
      config: configPort,
      log: log.child('control'),
      metrics: this.#figures.reloads,
      emit: journal.emit,
      deskState: () => this.#state,
      supervisors: () => this.#fleet.supervisors(),
      running: () => this.#settings.now().base,
      refusals: (config) => otherAgents(this.#settings.now().slice, CoordinatorSlice.parse(config)),
      configFor: (config, agent) => this.#settings.childConfig(agent, config),
      swap: (config) => this.#swap(config),
    });
  }

  #swap(base: CoordinatorSettings['base']): number {
    const { clock, router, setLogLevel } = this.#ports;
    const sinceMs = clock.monotonic();
    const { logging } = this.#settings.swap(base);
    router.configure(logging);
    setLogLevel(logging.level);
    return clock.monotonic() - sinceMs;
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
    const { slice, dataDir, env } = this.#settings.now();
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

  #publish(): Promise<Publisher | undefined> {
    return publishDesk({
      ...this.#ports,
      signal: this.#ended.signal,
      sinceMs: this.#sinceMs,
      settings: this.#settings,
      fleet: this.#fleet,
      picture: this.#picture,
      figures: this.#figures,
      mayScale: () => this.#state === 'running' && !this.#reloads.isBusy(),
      onForgotten: (instance) => void this.#facts.delete(instance),
    });
  }

  #backUpForEver(): Promise<void> {
    const { rootDir, dataDir, env } = this.#settings.now();
    const { signal } = this.#ended;
    const child = { rootDir, env: childEnv(env, dataDir), signal };
    return backUpForEver(
      { rootDir, dataDir, config: () => this.#settings.now().slice.backup },
      {
        ...this.#ports,
        metrics: this.#figures.backups,
        signal,
        run: (wish) => runBackup(wish, child),
      },
    );
  }
}
