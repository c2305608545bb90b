/**
 * What the service manager hears. The watchdog is fed from the judging of the agents and from
 * nowhere else, so that a coordinator which lives but does not supervise is restarted. It is not fed
 * either while no agent at all has been ready for minutes: then it is the coordinator that cannot
 * start processes any more (out of files, out of memory of its group), and a fresh one can. A single
 * agent that keeps failing is no reason: a restart of all would not mend it, and would stop the rest.
 */
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { DeskStatus } from '#platform/lifecycle/control.ts';
import type { Log } from '#platform/log/log.ts';
import { notifier, systemdSend } from './notify.ts';
import type { Send } from './notify.ts';

export interface ServiceManager {
  /** The desk is up. */
  ready(): void;
  /** After each judging of the agents. */
  judged(look: () => Seen): void;
  reloading(): void;
  stopping(reason: string): void;
}

export interface Seen extends Pick<DeskStatus, 'state' | 'mode' | 'exchange' | 'healthScore'> {
  readonly agents: readonly Pick<AgentStatus, 'agent' | 'state'>[];
}

export interface ServiceOptions {
  /** Undefined: the manager has no watchdog on us. */
  readonly watchdogMs: number | undefined;
}

interface Ports {
  readonly clock: Clock;
  readonly log: Log;
  readonly send: Send;
}

/** With two of three lost it still is in time. */
const FEEDS_PER_PERIOD = 3;
const SHOW_MS = 30_000;
const DEAD_AFTER_MS = 5 * 60_000;

/** Undefined when no service manager started us. */
export function openServiceManager(
  env: NodeJS.ProcessEnv,
  ports: Omit<Ports, 'send'>,
): ServiceManager | undefined {
  const socket = env['NOTIFY_SOCKET'];
  if (socket === undefined || socket === '') return undefined;
  const send = systemdSend({ socket, path: env['PATH'] ?? '/usr/bin:/bin' });
  return serviceManager({ watchdogMs: watchdogOf(env) }, { ...ports, send });
}

function watchdogOf(env: NodeJS.ProcessEnv): number | undefined {
  const us = Number(env['WATCHDOG_USEC']);
  const pid = env['WATCHDOG_PID'];
  const isOurs = pid === undefined || Number(pid) === process.pid;
  return isOurs && Number.isFinite(us) && us > 0 ? us / 1_000 : undefined;
}

export function serviceManager(
  { watchdogMs }: ServiceOptions,
  { clock, log, send }: Ports,
): ServiceManager {
  const { tell } = notifier(send, log);
  const everyMs = watchdogMs === undefined ? SHOW_MS : watchdogMs / FEEDS_PER_PERIOD;
  let fedMs = Number.NEGATIVE_INFINITY;
  let someReadyMs = clock.monotonic();
  let isDead = false;

  function isAlive(seen: Seen): boolean {
    const nowMs = clock.monotonic();
    const isSomeReady = seen.agents.some(isReadyAgent);
    if (isSomeReady || seen.state !== 'running') someReadyMs = nowMs;
    const wasDead = isDead;
    isDead = nowMs - someReadyMs >= DEAD_AFTER_MS;
    if (isDead && !wasDead) {
      log.error(
        {},
        'no agent has been ready for five minutes, the service manager may restart the desk',
      );
    }
    return !isDead;
  }

  return {
    ready: () => tell({ READY: '1' }),
    reloading: () => {
      // CLOCK_MONOTONIC, as the manager counts.
      const us = process.hrtime.bigint() / 1_000n;
      tell({ RELOADING: '1', MONOTONIC_USEC: String(us) });
    },
    stopping: (reason) => tell({ STOPPING: '1', STATUS: `stopping: ${reason}` }),
    judged: (look) => {
      const nowMs = clock.monotonic();
      if (nowMs - fedMs < everyMs) return;
      fedMs = nowMs;
      const seen = look();
      const food = watchdogMs !== undefined && isAlive(seen) ? { WATCHDOG: '1' } : {};
      tell({ ...food, STATUS: textOf(seen) });
    },
  };
}

function isReadyAgent({ agent, state }: Seen['agents'][number]): boolean {
  return agent !== 'coordinator' && agent !== 'redis' && state === 'ready';
}

function textOf({ state, mode, exchange, healthScore, agents }: Seen): string {
  const ready = agents.filter((one) => one.state === 'ready').length;
  return `${state}: ${mode} on ${exchange}, ${ready} of ${agents.length} processes ready, health ${Math.round(healthScore)}`;
}
