/**
 * The figures of the whole desk as the coordinator has them: its own and the last that each process
 * sent. A process that is gone has none: figures that stand still would hide that nobody counts.
 */
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { openMetricsPort } from '#platform/lifecycle/metrics-server.ts';
import type { MetricsServer } from '#platform/lifecycle/metrics-server.ts';
import { logDirectory } from '#platform/log/directory.ts';
import type { Log } from '#platform/log/log.ts';
import { metricsConfigOf } from '#platform/metrics/config.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { AGENTS, verdictLimits } from './agent-plans.ts';
import type { SupervisedAgent } from './agent-plans.ts';
import { backupMetrics } from './backup/backup-metrics.ts';
import type { BackupMetrics } from './backup/backup-metrics.ts';
import type { CoordinatorSlice } from './config.ts';
import type { LogRouter } from './logs/log-router.ts';
import { ownMetrics } from './own-metrics.ts';
import { reloadMetrics } from './reload/reload-metrics.ts';
import type { ReloadMetrics } from './reload/reload-metrics.ts';
import type { FamiliesOf, Published } from './publisher.ts';
import { readDiskUse } from './resources/disk-use.ts';
import { parseRedisInfo } from './resources/redis-info.ts';
import { resourceMetrics } from './resources/resource-metrics.ts';
import type { AgentPlan, Observed } from './supervisor.ts';

export interface FiguresOptions {
  readonly slice: () => CoordinatorSlice;
  /** The whole effective config. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly rootDir: string;
  readonly dataDir: string;
}

export interface FiguresPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly router: Pick<LogRouter, 'linesDropped'>;
  readonly picture: () => Published;
}

type Who = Pick<AgentPlan, 'agent' | 'instance'>;

export interface Figures {
  readonly backups: BackupMetrics;
  readonly reloads: ReloadMetrics;
  /** What a process sent. */
  readonly keep: (plan: Who, families: readonly unknown[]) => void;
  readonly observe: (plan: Who, what: Observed) => void;
  forget(instance: string): void;
  /** The reply to INFO. */
  redisSaid(info: string): void;
  /** Begins a look at the disk, unless one is under way: a disk that hangs holds nobody up. */
  lookAtDisk(): void;
  all(): Promise<FamiliesOf[]>;
  /** Serves the coordinator's own, when the config asks for it. */
  serve(): MetricsServer | undefined;
}

const OWN = { agent: 'coordinator', instance: 'coordinator' };
// Three readings missed.
const REDIS_OLD_MS = 30_000;
const MB = 1_048_576;

export function figures(options: FiguresOptions, ports: FiguresPorts): Figures {
  const { clock, log, router, picture } = ports;
  const metrics = createMetrics({ ...OWN, withNodeMetrics: true });
  const own = ownMetrics(metrics);
  const resources = resourceMetrics(metrics);
  const backups = backupMetrics(metrics);
  const reloads = reloadMetrics(metrics);
  const families = new Map<string, FamiliesOf>();
  let redisMs = Number.NEGATIVE_INFINITY;
  let isLooking = false;

  async function sampleDisk(): Promise<void> {
    const { dataDir, rootDir, slice } = options;
    const { logging } = slice();
    const logDir = logDirectory({ rootDir, dataDir, directory: logging.directory });
    // Each agent has a log of its own, and so have the coordinator and Redis.
    const logs = (AGENTS.length + 2) * logging.max_files * logging.max_file_mb * MB;
    try {
      resources.disk(await readDiskUse({ dataDir, logDir }), { logs });
    } catch (error) {
      log.debug({ err: error }, 'the use of the disk cannot be read');
    }
  }

  function update(): void {
    const { mode, exchange, coordinator } = options.slice();
    if (clock.monotonic() - redisMs > REDIS_OLD_MS) resources.redis(undefined);
    own.update({
      desk: { mode, venue: exchange.name },
      ...picture(),
      memoryBytesMaxOf: ({ agent }: AgentStatus) =>
        isSupervised(agent) ? verdictLimits(agent, coordinator).memoryBytes : undefined,
      linesDropped: router.linesDropped(),
      nowMs: clock.now(),
    });
  }

  return {
    backups,
    reloads,
    keep: ({ agent, instance }, sent) =>
      void families.set(instance, { agent, instance, families: sent }),
    observe: (plan, what) => {
      if (what.kind === 'restart') families.delete(plan.instance);
      own.observe(plan, what);
    },
    forget: (instance) => void families.delete(instance),
    redisSaid: (info) => {
      redisMs = clock.monotonic();
      resources.redis(parseRedisInfo(info));
    },
    lookAtDisk: () => {
      if (isLooking) return;
      isLooking = true;
      void sampleDisk().finally(() => {
        isLooking = false;
      });
    },
    all: async () => {
      update();
      return [{ ...OWN, families: await metrics.families() }, ...families.values()];
    },
    serve: () =>
      openMetricsPort(metricsConfigOf(options.config), {
        instance: OWN.instance,
        text: () => {
          update();
          return metrics.text();
        },
        clock,
        log: log.child('metrics'),
      }),
  };
}

function isSupervised(agent: string): agent is SupervisedAgent {
  return AGENTS.some((known) => known === agent);
}
