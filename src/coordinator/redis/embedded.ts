/**
 * The desk's own Redis: on a unix socket, append-only file synced each second, ended by the kernel
 * when this process dies. Supervised like an agent: an exit or three unanswered pings lead to a
 * new start, with the same restart policy. Its data is warm, not true (law 2): losing it is repaired
 * by the owners of each state.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Clock, Timer } from '#platform/clock/clock.ts';
import { ConfigError } from '#platform/errors.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import { lastLines } from '../logs/last-lines.ts';
import { lineSplitter } from '../logs/line-splitter.ts';
import { FRESH_HISTORY, planRestart } from '../policy/restart.ts';
import { pingRedis } from './ping.ts';

export interface RedisOptions {
  /** `data/run` and `data/redis`. */
  readonly runDir: string;
  readonly storeDir: string;
  /** Short enough for a socket. */
  readonly socketPath: string;
  /** Of data; beyond it writes are refused. */
  readonly memoryMb: number;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly onLine: (line: string) => void;
  readonly onProcessChange: () => void;
}

export interface RedisStatus {
  readonly pid: number | undefined;
  readonly isServing: boolean;
  readonly isCrashLoop: boolean;
  readonly restarts: number;
  readonly startedMs: number;
  readonly lastVerdict: string | undefined;
}

const PING_MS = 1_000;
const PING_WITHIN_MS = 900;
const STARTING_PING_MS = 25;
const MISSED_MAX = 3;
const READY_WITHIN_MS = 20_000;
const AOF_REWRITE_MB = 16;

export class EmbeddedRedis {
  readonly #options: RedisOptions;
  readonly #command: readonly string[];
  #child: ChildProcess | undefined;
  #history = FRESH_HISTORY;
  #startedMs = 0;
  #servingMs: number | undefined;
  #missed = 0;
  #restarts = 0;
  #lastVerdict: string | undefined;
  readonly #stopping = new AbortController();
  #words = lastLines();
  #restartTimer: Timer | undefined;

  /** @throws ConfigError when there is no redis-server on this machine. */
  constructor(options: RedisOptions) {
    this.#options = options;
    const path = options.env['PATH'] ?? '';
    const server = findProgram('redis-server', path);
    if (server === undefined) {
      const fix = 'install it (6.2 or newer), or set REDIS_URL to one you have';
      throw new ConfigError(`redis-server was not found; ${fix}`);
    }
    const setpriv = findProgram('setpriv', path);
    // A killed coordinator cannot end its children; the kernel can.
    this.#command = setpriv === undefined ? [server] : [setpriv, '--pdeathsig', 'TERM', server];
  }

  /**
   * Starts it and resolves when it serves; from then on it is kept running.
   * @throws ExitError with its last words when it does not come up.
   */
  async start(): Promise<void> {
    const { clock, storeDir, socketPath } = this.#options;
    mkdirSync(storeDir, { recursive: true, mode: 0o700 });
    rmSync(socketPath, { force: true });
    this.#launch();
    const untilMs = clock.monotonic() + READY_WITHIN_MS;
    while (this.#servingMs === undefined) {
      if (this.#stopping.signal.aborted || this.#history.isCrashLoop || clock.monotonic() > untilMs)
        throw this.#notStarted();
      await clock.sleep(STARTING_PING_MS);
    }
  }

  status(): RedisStatus {
    return {
      pid: this.#child?.pid,
      isServing: this.#servingMs !== undefined,
      isCrashLoop: this.#history.isCrashLoop,
      restarts: this.#restarts,
      startedMs: this.#startedMs,
      lastVerdict: this.#lastVerdict,
    };
  }

  /** After the coordinator itself was held up. */
  forgive(): void {
    this.#missed = 0;
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort(new Error('redis is being stopped'));
    this.#restartTimer?.cancel();
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = this.#options.clock.after(withinMs, () => child.kill('SIGKILL'));
    await gone;
    timer.cancel();
  }

  kill(): void {
    this.#stopping.abort(new Error('redis is being stopped'));
    this.#restartTimer?.cancel();
    this.#child?.kill('SIGKILL');
  }

  #launch(): void {
    const { clock, runDir, env } = this.#options;
    const [program = '', ...before] = this.#command;
    this.#startedMs = clock.monotonic();
    this.#servingMs = undefined;
    this.#missed = 0;
    this.#words = lastLines();
    const child = spawn(program, [...before, ...this.#settings()], {
      cwd: runDir,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C must not end it before the agents that use it.
      detached: true,
    });
    this.#child = child;
    const splitter = lineSplitter((line) => this.#onLine(line));
    child.stdout.on('data', (chunk: Buffer) => splitter.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => splitter.push(chunk));
    child.once('exit', (code, signal) => this.#onExit(child, signal ?? `exit code ${code}`));
    child.on('error', (error) => {
      this.#onLine(error.message);
      if (child.pid === undefined) this.#onExit(child, 'could not be started');
    });
    void this.#watch(child);
    this.#options.onProcessChange();
  }

  #settings(): string[] {
    const settings = {
      port: '0',
      unixsocket: this.#options.socketPath,
      unixsocketperm: '600',
      dir: this.#options.storeDir,
      daemonize: 'no',
      logfile: '',
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      // The file is written anew when it has doubled: a busy desk appends a gigabyte a day.
      'auto-aof-rewrite-percentage': '100',
      'auto-aof-rewrite-min-size': `${AOF_REWRITE_MB}mb`,
      maxmemory: `${this.#options.memoryMb}mb`,
      'maxmemory-policy': 'noeviction',
      loglevel: 'warning',
    };
    return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  }

  #onLine(line: string): void {
    this.#words.add(line);
    this.#options.onLine(line);
  }

  async #watch(child: ChildProcess): Promise<void> {
    const { clock, socketPath, log } = this.#options;
    for (;;) {
      const waitMs = this.#servingMs === undefined ? STARTING_PING_MS : PING_MS;
      await clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
      if (this.#child !== child || this.#stopping.signal.aborted) return;
      const result = await pingRedis(socketPath, clock, PING_WITHIN_MS);
      if (this.#child !== child) return;
      if (result === 'pong' && this.#servingMs === undefined) {
        this.#servingMs = clock.monotonic();
        log.info({ startMs: Math.round(this.#servingMs - this.#startedMs) }, 'redis is ready');
      }
      // Until it serves it has longer, and one that says it is loading has all the time it needs.
      const isStarting =
        this.#servingMs === undefined && clock.monotonic() - this.#startedMs < READY_WITHIN_MS;
      if (result !== 'none' || isStarting) this.#missed = 0;
      else this.#missed += 1;
      if (this.#missed >= MISSED_MAX) {
        log.warn('redis does not answer, ending it');
        child.kill('SIGKILL');
        return;
      }
    }
  }

  #onExit(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    const { clock, random, log, onProcessChange } = this.#options;
    this.#child = undefined;
    onProcessChange();
    if (this.#stopping.signal.aborted) return;
    const nowMs = clock.monotonic();
    const readyForMs = this.#servingMs === undefined ? undefined : nowMs - this.#servingMs;
    this.#servingMs = undefined;
    const plan = planRestart(this.#history, { atMs: nowMs, readyForMs }, random.next());
    this.#history = plan.history;
    this.#restarts += 1;
    this.#lastVerdict = how;
    const delayMs = Math.round(plan.delayMs);
    log.warn({ why: how, delayMs, output: this.#words.all() }, 'redis ended, starting it again');
    this.#restartTimer = clock.after(plan.delayMs, () => this.#launch());
  }

  #notStarted(): ExitError {
    this.kill();
    const words = this.#words.last() ?? this.#lastVerdict ?? 'it said nothing';
    return new ExitError(EXIT.lostDependency, `redis-server does not come up: ${words}`);
  }
}

function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
