import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';
import { EXIT_REASONS } from './policy/exit-reason.ts';
import type { AgentPlan, Observed } from './supervisor.ts';

/** The coordinator's metrics: every process as its supervisor sees it. */
export interface OwnMetrics {
  readonly observe: (who: Pick<AgentPlan, 'agent' | 'instance'>, what: Observed) => void;
  /** Brings the gauges up to what is seen now; processes that are gone lose theirs. */
  update(seen: {
    readonly desk: { readonly mode: string; readonly venue: string };
    readonly agents: readonly AgentStatus[];
    readonly systemScore: number;
    readonly linesDropped: ReadonlyMap<string, number>;
    /** Undefined for a process that is not judged by its memory. */
    readonly memoryBytesMaxOf: (status: AgentStatus) => number | undefined;
    readonly nowMs: number;
  }): void;
}

const WHO = ['agent', 'instance'] as const;

export function ownMetrics(metrics: Metrics): OwnMetrics {
  const gauges = processGauges(metrics);
  const counters = processCounters(metrics);
  const { restarts, exits, recovery, malformed, droppedBytes } = counters;
  const droppedLines = metrics.gauge({
    name: 'log_lines_dropped',
    help: 'Log lines lost to a slow, full or read-only disk since the start.',
    labels: ['agent'],
  });
  const whole = deskGauges(metrics);
  let redisRestarts = 0;

  return {
    observe: ({ agent, instance }, what) => {
      const process = { agent, instance };
      switch (what.kind) {
        case 'restart':
          restarts.inc(process);
          exits.inc({ ...process, reason: what.reason });
          return;
        case 'recovered':
          recovery.observe(process, what.afterMs / 1_000);
          return;
        case 'malformed':
          malformed.inc(process);
          return;
        case 'dropped':
          droppedBytes.inc(process, what.bytes);
          return;
        case 'crash-loop':
          // The gauge of the same name tells it.
          return;
      }
    },
    update: ({ desk, agents, systemScore, linesDropped, memoryBytesMaxOf, nowMs }) => {
      whole.info.set({ ...desk }, 1);
      whole.score.set(systemScore);
      for (const gauge of Object.values(gauges)) gauge.reset();
      for (const [agent, lines] of linesDropped) droppedLines.set({ agent }, lines);
      for (const seen of agents) {
        beginCounters(counters, seen);
        if (seen.agent === 'redis') {
          // It has no supervisor that tells of each death.
          restarts.inc(who(seen), Math.max(0, seen.restarts - redisRestarts));
          redisRestarts = seen.restarts;
        }
        showProcess(gauges, seen, { nowMs, memoryBytesMax: memoryBytesMaxOf(seen) });
      }
    },
  };
}

function showProcess(
  gauges: ReturnType<typeof processGauges>,
  seen: AgentStatus,
  {
    nowMs,
    memoryBytesMax,
  }: { readonly nowMs: number; readonly memoryBytesMax?: number | undefined },
): void {
  const show = (gauge: (typeof gauges)['up'], value: number | undefined): void => {
    if (value !== undefined) gauge.set(who(seen), value);
  };
  show(gauges.up, seen.state === 'ready' ? 1 : 0);
  show(gauges.crashLoop, seen.state === 'degraded' ? 1 : 0);
  show(gauges.score, seen.healthScore);
  show(gauges.beatAge, seen.beatMs === undefined ? undefined : secondsSince(seen.beatMs, nowMs));
  show(gauges.loopDelay, seen.loopDelayMs === undefined ? undefined : seen.loopDelayMs / 1_000);
  show(gauges.pss, seen.pssBytes);
  show(gauges.pssMax, memoryBytesMax);
  show(gauges.inHand, seen.workInHand);
  show(gauges.waiting, seen.workWaiting);
}

function secondsSince(atMs: number, nowMs: number): number {
  return Math.max(0, nowMs - atMs) / 1_000;
}

function deskGauges(metrics: Metrics) {
  return {
    info: metrics.gauge({
      name: 'desk_info',
      help: '1; its labels say what kind of desk this is.',
      labels: ['mode', 'venue'],
    }),
    score: metrics.gauge({ name: 'health_score', help: 'Health of the whole desk.' }),
  };
}

function processCounters(metrics: Metrics) {
  return {
    restarts: metrics.counter({
      name: 'agent_restarts_total',
      help: 'Deaths of the process that led to a new start.',
      labels: WHO,
    }),
    exits: metrics.counter({
      name: 'agent_exits_total',
      help: 'The same deaths by why the process ended: its exit code, a signal, a verdict.',
      labels: [...WHO, 'reason'],
    }),
    recovery: metrics.histogram({
      name: 'agent_recovery_seconds',
      help: 'From the death or verdict to ready again.',
      labels: WHO,
      buckets: [0.25, 0.5, 1, 2, 3, 5, 8, 15, 30, 60],
    }),
    malformed: metrics.counter({
      name: 'ipc_malformed_total',
      help: 'Messages of a child that did not fit the contract.',
      labels: WHO,
    }),
    droppedBytes: metrics.counter({
      name: 'output_dropped_bytes_total',
      help: 'Output of a child thrown away because it came too fast.',
      labels: WHO,
    }),
  };
}

/** A counter that begins with its first event shows no rise. */
function beginCounters(counters: ReturnType<typeof processCounters>, seen: AgentStatus): void {
  const { restarts, exits, malformed, droppedBytes } = counters;
  for (const counter of [restarts, malformed, droppedBytes]) counter.inc(who(seen), 0);
  for (const reason of EXIT_REASONS) exits.inc({ ...who(seen), reason }, 0);
}

function who({ agent, instance }: AgentStatus): Pick<AgentStatus, 'agent' | 'instance'> {
  return { agent, instance };
}

function processGauges(metrics: Metrics) {
  const gauge = (name: string, help: string) => metrics.gauge({ name, help, labels: WHO });
  return {
    up: gauge('agent_up', '1 while the process is ready for work.'),
    crashLoop: gauge('agent_crash_loop', '1 while it dies as soon as it is started.'),
    score: gauge('agent_health_score', 'Health of the process, 0 to 100.'),
    beatAge: gauge('heartbeat_age_seconds', 'Time since its last beat was read.'),
    loopDelay: gauge('event_loop_delay_seconds', 'Longest delay within the last beat.'),
    pss: gauge('process_pss_bytes', 'Proportional set size of the process.'),
    pssMax: gauge(
      'process_pss_bytes_limit',
      'Proportional set size above which it is restarted, where it has a limit.',
    ),
    inHand: gauge('agent_work_in_hand', 'Work the process is doing.'),
    waiting: gauge('agent_work_waiting', 'Work that waits inside the process.'),
  };
}
