import type { AgentStatus } from '#core/model/agent-status.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import type { MetricFamily, Metrics } from '#platform/metrics/metrics.ts';
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
    readonly nowMs: number;
  }): void;
  families(): Promise<MetricFamily[]>;
}

const WHO = ['agent', 'instance'] as const;

export function ownMetrics(
  metrics: Metrics = createMetrics({ agent: 'coordinator', instance: 'coordinator' }),
): OwnMetrics {
  const gauges = processGauges(metrics);
  const restarts = metrics.counter({
    name: 'agent_restarts_total',
    help: 'Deaths of the process that led to a new start.',
    labels: WHO,
  });
  const recovery = metrics.histogram({
    name: 'agent_recovery_seconds',
    help: 'From the death or verdict to ready again.',
    labels: WHO,
    buckets: [0.25, 0.5, 1, 2, 3, 5, 8, 15, 30, 60],
  });
  const malformed = metrics.counter({
    name: 'ipc_malformed_total',
    help: 'Messages of a child that did not fit the contract.',
    labels: WHO,
  });
  const droppedBytes = metrics.counter({
    name: 'output_dropped_bytes_total',
    help: 'Output of a child thrown away because it came too fast.',
    labels: WHO,
  });
  const droppedLines = metrics.gauge({
    name: 'log_lines_dropped',
    help: 'Log lines lost to a slow, full or read-only disk since the start.',
    labels: ['agent'],
  });
  const whole = deskGauges(metrics);

  return {
    families: () => metrics.families(),
    observe: ({ agent, instance }, what) => {
      const who = { agent, instance };
      switch (what.kind) {
        case 'restart':
          restarts.inc(who);
          return;
        case 'recovered':
          recovery.observe(who, what.afterMs / 1_000);
          return;
        case 'malformed':
          malformed.inc(who);
          return;
        case 'dropped':
          droppedBytes.inc(who, what.bytes);
      }
    },
    update: ({ desk, agents, systemScore, linesDropped, nowMs }) => {
      whole.info.set({ ...desk }, 1);
      whole.score.set(systemScore);
      for (const gauge of Object.values(gauges)) gauge.reset();
      for (const [agent, lines] of linesDropped) droppedLines.set({ agent }, lines);
      for (const seen of agents) {
        const who = { agent: seen.agent, instance: seen.instance };
        restarts.inc(who, 0);
        gauges.up.set(who, seen.state === 'ready' ? 1 : 0);
        gauges.score.set(who, seen.healthScore);
        if (seen.beatMs !== undefined)
          gauges.beatAge.set(who, Math.max(0, nowMs - seen.beatMs) / 1_000);
        if (seen.loopDelayMs !== undefined) gauges.loopDelay.set(who, seen.loopDelayMs / 1_000);
        if (seen.pssBytes !== undefined) gauges.pss.set(who, seen.pssBytes);
        if (seen.workInHand !== undefined) gauges.inHand.set(who, seen.workInHand);
        if (seen.workWaiting !== undefined) gauges.waiting.set(who, seen.workWaiting);
      }
    },
  };
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

function processGauges(metrics: Metrics) {
  const gauge = (name: string, help: string) => metrics.gauge({ name, help, labels: WHO });
  return {
    up: gauge('agent_up', '1 while the process is ready for work.'),
    score: gauge('agent_health_score', 'Health of the process, 0 to 100.'),
    beatAge: gauge('heartbeat_age_seconds', 'Time since its last beat was read.'),
    loopDelay: gauge('event_loop_delay_seconds', 'Longest delay within the last beat.'),
    pss: gauge('process_pss_bytes', 'Proportional set size of the process.'),
    inHand: gauge('agent_work_in_hand', 'Work the process is doing.'),
    waiting: gauge('agent_work_waiting', 'Work that waits inside the process.'),
  };
}
