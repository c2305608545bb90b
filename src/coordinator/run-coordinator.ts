import { chmodSync, existsSync, mkdirSync, statfsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import type { StartWishes } from '#core/model/start-wishes.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { ConfigError, errorText } from '#platform/errors.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { runFolder } from '#platform/lifecycle/short-path.ts';
import { logDirectory } from '#platform/log/directory.ts';
import { createLog } from '#platform/log/log.ts';
import type { Log } from '#platform/log/log.ts';
import { createRedactor } from '#platform/log/redact.ts';
import { stdoutDestination } from '#platform/log/stdout.ts';
import { secretsOf } from '#platform/lifecycle/init-config.ts';
import type { SupervisedAgent } from './agent-plans.ts';
import { CoordinatorSlice } from './config.ts';
import { serveControl } from './control-server.ts';
import type { KeystoreAccess } from './child-config.ts';
import { Coordinator } from './coordinator.ts';
import { lockDesk } from './desk-lock.ts';
import { openEventJournal } from './events/event-journal.ts';
import { openServiceManager } from './service/service-manager.ts';
import type { ServiceManager } from './service/service-manager.ts';
import { withPracticeKeys } from './practice-keys.ts';
import { logRouter } from './logs/log-router.ts';
import type { ConfigPort } from './reload/config-port.ts';
import type { LogRouter } from './logs/log-router.ts';

export interface CoordinatorOptions {
  /** The whole effective config. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Absolute. */
  readonly rootDir: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly inspect?: string | undefined;
  /** What was asked for on the command line beyond the config. */
  readonly wishes?: StartWishes;
  readonly keystore?: KeystoreAccess | undefined;
  /** Where the config comes from; without it there is nothing to reload. */
  readonly configPort?: ConfigPort;
  /** Other files in place of the agents' own, for tests. */
  readonly files?: Readonly<Partial<Record<SupervisedAgent, string>>>;
}

/** Some minutes of ledger, history and Redis log: with less the desk would stop as it starts. */
const FREE_BYTES_MIN = 16 * 1_048_576;

const OWN = { agent: 'coordinator', instance: 'coordinator' };

/**
 * Runs the desk until it is stopped; returns the exit code of the process.
 * @throws ConfigError or ExitError with one clear message when it cannot start.
 */
export async function runCoordinator(options: CoordinatorOptions): Promise<number> {
  const slice = CoordinatorSlice.parse(options.config);
  refuseInspector(slice.mode, options.inspect);
  const clock = systemClock();
  makeFolders(options.dataDir);
  const lock = await lockDesk(options.dataDir, clock);
  const config = withPracticeKeys(options.config, runFolder(options.dataDir));
  const output = stdoutDestination(clock);
  const router = logRouter({
    directory: logDirectory({ ...options, directory: slice.logging.directory }),
    logging: slice.logging,
    hasColour: process.stdout.isTTY,
    console: (text) => output.write(`${text}\n`),
  });
  const redactor = createRedactor(secretsOf([config, options.keystore]));
  let { level } = slice.logging;
  const log = createLog({
    ...OWN,
    level: () => level,
    redactor,
    destination: { write: (line) => router.line(OWN, line.trimEnd()) },
  });
  const settings = {
    ...options,
    base: options.config,
    config,
    slice,
    inspect: options.inspect,
    files: options.files,
    wishes: options.wishes,
    keystore: options.keystore,
  };
  const directory = runFolder(options.dataDir);
  const journal = await openEventJournal({ directory, clock, log, redact: redactor.text });
  const service = openServiceManager(options.env, { clock, log: log.child('service') });
  const coordinator: Coordinator = new Coordinator(settings, {
    clock,
    log,
    router,
    journal,
    configPort: options.configPort,
    setLogLevel: (next) => {
      level = next;
    },
    onJudged: () => service?.judged(() => coordinator.status()),
  });
  const desk = { coordinator, clock, log, router, options, slice, service };
  try {
    return await live(desk, lock.controlPath);
  } finally {
    await lock.release();
    await router.close();
    output.flush();
  }
}

interface Desk {
  readonly coordinator: Coordinator;
  readonly clock: Clock;
  readonly log: Log;
  readonly router: LogRouter;
  readonly options: CoordinatorOptions;
  readonly slice: CoordinatorSlice;
  readonly service: ServiceManager | undefined;
}

async function live(desk: Desk, controlPath: string): Promise<number> {
  const { coordinator, log, slice, service } = desk;
  const stop = Promise.withResolvers<string>();
  const release = listenToSignals(desk, (reason) => {
    log.info({ reason }, 'stopping');
    stop.resolve(reason);
  });
  const control = await serveControl({
    path: controlPath,
    log,
    concurrencyMax: () => coordinator.limits().max_concurrent_operations,
    handle: async (request) => {
      if (request.kind !== 'stop') return await coordinator.answer(request);
      stop.resolve('stop command');
      return { isStopping: true };
    },
  });
  try {
    log.info({ mode: slice.mode, exchange: slice.exchange.name, pid: process.pid }, 'starting');
    const override = desk.options.wishes?.override ?? null;
    if (override !== null) log.warn({ reason: override }, 'promotion is overridden');
    const started = coordinator.start().then(() => {
      log.info(addressOf(coordinator), 'the desk is up');
      service?.ready();
      // A killed process writes no compile cache; the next start would compile everything again.
      flushCompileCache();
    });
    await Promise.race([started, stop.promise]);
    const reason = await stop.promise;
    service?.stopping(reason);
    await coordinator.stop(reason);
    log.info('the desk has stopped');
    return EXIT.asked;
  } catch (error) {
    // The caller prints why, so the console need not; the log keeps it.
    const why = errorText(error);
    log.child('control').info({ why }, 'start refused');
    await coordinator.stop(`start refused: ${why}`);
    throw error;
  } finally {
    await control.close();
    release();
  }
}

/** Where a person looks next: the address the gateway told. */
function addressOf(coordinator: Coordinator): { readonly api?: unknown } {
  const api = coordinator.status().facts['gateway']?.['url'];
  return api === undefined ? {} : { api };
}

/**
 * The first signal stops in order, the second ends everything at once. SIGHUP reads the config again,
 * unless a terminal is there to be lost: then it says that it is.
 */
function listenToSignals(desk: Desk, onFirst: (reason: string) => void): () => void {
  let signals = 0;
  const hasTerminal = process.stdout.isTTY || process.stdin.isTTY;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGHUP' && !hasTerminal) {
      // While it starts or stops nothing is read again, and the manager is told of that alone.
      const service = desk.coordinator.status().state === 'running' ? desk.service : undefined;
      service?.reloading();
      void desk.coordinator.reload().finally(() => service?.ready());
      return;
    }
    signals += 1;
    if (signals === 1) onFirst(signal);
    else {
      desk.coordinator.kill();
      process.exit(EXIT.failed);
    }
  };
  // A mistake in here must not take the desk down with it: agents go on, supervision too.
  const onError = (error: unknown): void => {
    desk.log.error({ err: error }, 'unexpected error in the coordinator');
  };
  const signalNames = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  for (const name of signalNames) process.on(name, onSignal);
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  return () => {
    for (const name of signalNames) process.off(name, onSignal);
    process.off('uncaughtException', onError);
    process.off('unhandledRejection', onError);
  };
}

function makeFolders(dataDir: string): void {
  const run = runFolder(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true });
    // Not recursive: on a read-only disk that says "no such file".
    if (!existsSync(run)) mkdirSync(run, { mode: 0o700 });
    // Sockets and commands in it belong to the owner alone.
    chmodSync(run, 0o700);
  } catch (error) {
    throw new ConfigError(`the data folder ${dataDir} cannot be written: ${errorText(error)}`);
  }
  const { bavail, bsize } = statfsSync(run);
  if (bavail * bsize < FREE_BYTES_MIN) {
    const freeMb = Math.floor((bavail * bsize) / 1_048_576);
    throw new ConfigError(
      `the disk is full: ${freeMb} MB are free for the data folder ${dataDir}, make room for at least ${FREE_BYTES_MIN / 1_048_576} MB`,
    );
  }
}

function refuseInspector(mode: string, inspect: string | undefined): void {
  if (inspect === 'execution' && mode === 'production') {
    throw new ConfigError(
      '--inspect on execution is refused in production: it would open the keys',
    );
  }
}
