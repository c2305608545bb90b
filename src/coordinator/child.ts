/**
 * One child process: forked, heard over IPC and its two output pipes, ended. It judges nothing.
 * Whatever a child sends is bounded here: a message that does not fit the contract is counted and
 * dropped, and output beyond a rate is thrown away unread rather than stored.
 */
import { fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { FromChild } from '#platform/lifecycle/contract.ts';
import type { FromParent } from '#platform/lifecycle/contract.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText } from '#platform/errors.ts';
import { lineSplitter } from './logs/line-splitter.ts';

export interface LaunchPlan {
  readonly file: string;
  readonly cwd: string;
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type ExitReport = { readonly code: number | null; readonly signal: string | null };

export interface ChildEvents {
  readonly onMessage: (message: FromChild) => void;
  /** A message that is none of ours. */
  readonly onMalformed: () => void;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Output thrown away because there was too much of it. */
  readonly onDropped: (bytes: number) => void;
  /** Once, also when it could not be started. */
  readonly onExit: (report: ExitReport) => void;
}

export interface Child {
  readonly pid: number | undefined;
  readonly send: (message: FromParent) => void;
  readonly kill: (signal: 'SIGKILL' | 'SIGTERM') => void;
}

export type Launch = (plan: LaunchPlan, events: ChildEvents) => Child;

// Enough for every line a busy agent writes at debug level; a flood is thousands of times more.
const OUTPUT_BYTES_PER_SECOND = 4_194_304;
const UNSENT_MAX = 256;

export function launcher(clock: Clock): Launch {
  return (plan, events) => launch(clock, plan, events);
}

function launch(clock: Clock, plan: LaunchPlan, events: ChildEvents): Child {
  try {
    return forked(clock, plan, events);
  } catch (error) {
    // Out of processes or files: as good as a child that died at once.
    queueMicrotask(() => {
      events.onLine('stderr', errorText(error));
      events.onExit({ code: null, signal: null });
    });
    return { pid: undefined, send: () => undefined, kill: () => undefined };
  }
}

function forked(clock: Clock, plan: LaunchPlan, events: ChildEvents): Child {
  const child = fork(plan.file, [], {
    cwd: plan.cwd,
    execArgv: [...plan.execArgv],
    env: { ...plan.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C in a terminal reaches the coordinator alone, which then stops
    // the children in order.
    detached: true,
  });
  let unsent = 0;
  const ended = Promise.withResolvers<ExitReport>();
  child.once('exit', (code, signal) => ended.resolve({ code, signal }));
  child.on('error', (error) => {
    // Without a pid it never started, and no exit will come. Else a send or a kill failed, and the
    // exit tells.
    if (child.pid !== undefined) return;
    events.onLine('stderr', error.message);
    ended.resolve({ code: null, signal: null });
  });
  void ended.promise.then((report) => events.onExit(report));
  child.on('message', (raw) => {
    const parsed = FromChild.safeParse(raw);
    if (parsed.success) events.onMessage(parsed.data);
    else events.onMalformed();
  });
  readLines(clock, child.stdout, { ...events, stream: 'stdout' });
  readLines(clock, child.stderr, { ...events, stream: 'stderr' });

  return {
    pid: child.pid,
    send: (message) => {
      // A stopped child does not read; its messages would pile up in this process.
      if (!child.connected || unsent >= UNSENT_MAX) return;
      unsent += 1;
      child.send(message, () => void (unsent -= 1));
    },
    kill: (signal) => void child.kill(signal),
  };
}

function readLines(
  clock: Clock,
  pipe: Readable | null,
  to: Pick<ChildEvents, 'onLine' | 'onDropped'> & { readonly stream: 'stdout' | 'stderr' },
): void {
  if (pipe === null) return;
  const splitter = lineSplitter((line) => to.onLine(to.stream, line));
  let windowMs = clock.monotonic();
  let bytes = 0;
  pipe.on('data', (chunk: Buffer) => {
    const nowMs = clock.monotonic();
    if (nowMs - windowMs >= 1_000) {
      windowMs = nowMs;
      bytes = 0;
    }
    bytes += chunk.length;
    if (bytes > OUTPUT_BYTES_PER_SECOND) to.onDropped(chunk.length);
    else splitter.push(chunk);
  });
  pipe.on('end', () => splitter.end());
  // The other end is gone; the exit tells.
  pipe.on('error', () => splitter.end());
}
