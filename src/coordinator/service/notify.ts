/**
 * Tells systemd how the desk is (sd_notify). Node has no Unix datagram sockets, so systemd's own
 * `systemd-notify` sends; it also takes abstract sockets and waits until the message was read. It is
 * started without being waited for, one at a time, and what is said meanwhile becomes one message:
 * a service manager that hangs costs a process of 5 s, never supervision.
 */
import { spawn } from 'node:child_process';
import { errorText } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

export type Assignments = Readonly<Record<string, string>>;

/** Sends one message; calls back when it is gone or lost. */
export type Send = (assignments: Assignments, onEnd: (problem?: string) => void) => void;

export interface Notifier {
  readonly tell: (assignments: Assignments) => void;
}

/** In one message with READY the manager would take RELOADING for the later word. */
const PHASES = ['READY', 'RELOADING', 'MONOTONIC_USEC', 'STOPPING'];

export function notifier(send: Send, log: Log): Notifier {
  let waiting: Record<string, string> = {};
  let isSending = false;
  let hasFailed = false;

  function next(): void {
    if (isSending || Object.keys(waiting).length === 0) return;
    const assignments = waiting;
    waiting = {};
    isSending = true;
    send(assignments, (problem) => {
      isSending = false;
      if (problem === undefined) hasFailed = false;
      else if (!hasFailed) {
        hasFailed = true;
        log.warn({ why: problem }, 'the service manager cannot be told how the desk is');
      }
      next();
    });
  }

  return {
    tell: (assignments) => {
      const isPhase = PHASES.some((name) => name in assignments);
      if (isPhase) for (const name of PHASES) delete waiting[name];
      waiting = { ...waiting, ...assignments };
      next();
    },
  };
}

const PROGRAM = 'systemd-notify';
const WITHIN_MS = 5_000;

export function systemdSend(env: { readonly socket: string; readonly path: string }): Send {
  return (assignments, onEnd) => {
    const words = Object.entries(assignments).map(([name, value]) => `${name}=${oneLine(value)}`);
    let problem: string | undefined;
    const child = spawn(PROGRAM, words, {
      env: { NOTIFY_SOCKET: env.socket, PATH: env.path },
      stdio: 'ignore',
      timeout: WITHIN_MS,
      killSignal: 'SIGKILL',
    });
    child.once('error', (error) => {
      problem = errorText(error);
      // It was never started, so it cannot end.
      if (child.pid === undefined) onEnd(problem);
    });
    child.once('exit', (code, signal) => {
      onEnd(code === 0 ? undefined : (problem ?? `${PROGRAM} ended with ${code ?? signal}`));
    });
  };
}

/** A line break would begin another assignment. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
