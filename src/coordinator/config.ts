import { z } from 'zod';
import { RedisConfig } from '#bus/config.ts';
import { LoggingConfig } from '#platform/log/config.ts';
import { BackupConfig } from '#platform/snapshot/config.ts';

const AgentLimits = z.strictObject({
  /** Proportional set size above which the agent is restarted. */
  memory_mb: z.int().min(32).max(65_536),
  /** Limit of V8's old generation. */
  heap_mb: z.int().min(16).max(65_536),
  /** A start that takes longer is given up and tried again. */
  ready_within_seconds: z.number().min(1).max(600),
  /** Restart an agent that beats but reports no progress for so long; null = never. */
  no_progress_seconds: z.number().min(1).max(86_400).nullable(),
  /** Judge progress only while the agent has work in hand or waiting. */
  progress_needs_work: z.boolean(),
});

function agentLimits(defaults: Partial<z.output<typeof AgentLimits>>) {
  const full = {
    memory_mb: 256,
    heap_mb: 128,
    ready_within_seconds: 30,
    no_progress_seconds: null,
    progress_needs_work: true,
    ...defaults,
  };
  return z
    .strictObject({
      memory_mb: AgentLimits.shape.memory_mb.default(full.memory_mb),
      heap_mb: AgentLimits.shape.heap_mb.default(full.heap_mb),
      ready_within_seconds: AgentLimits.shape.ready_within_seconds.default(
        full.ready_within_seconds,
      ),
      no_progress_seconds: AgentLimits.shape.no_progress_seconds.default(full.no_progress_seconds),
      progress_needs_work: AgentLimits.shape.progress_needs_work.default(full.progress_needs_work),
    })
    .prefault({});
}

/** How many trading-workers run. They follow the backlog and the time one evaluation takes. */
const WorkersConfig = z
  .strictObject({
    min: z.int().min(1).max(64).default(1),
    max: z.int().min(1).max(64).default(4),
    /** Add a worker when clearing what waits would take longer than this. */
    scale_up_seconds: z.number().min(0.1).max(600).default(2),
    /** Take one away after so long without anything waiting. */
    scale_down_after_seconds: z.number().min(5).max(86_400).default(120),
  })
  .refine((workers) => workers.min <= workers.max, {
    message: 'expected workers.min to be at most workers.max',
    path: ['min'],
  })
  .prefault({});

/** Section `coordinator` of the config. */
export const CoordinatorConfig = z.strictObject({
  /** Most requests of the control socket worked on at once. */
  max_concurrent_operations: z.int().min(1).max(1_000).default(20),
  /** Seconds between health summaries in the log. */
  health_check_interval: z.number().min(1).max(86_400).default(30),
  /** Beats (one a second) that may be missing before an agent is taken for hung. */
  missed_beats: z.number().min(2).max(60).default(3),
  /** Event-loop delay that counts as blocked when three beats in a row show it. */
  blocked_loop_ms: z.int().min(50).max(60_000).default(1_500),
  /** Whole time of an ordered stop. */
  stop_within_seconds: z.number().min(2).max(60).default(9),
  /** Whether an edited config file is read again by itself. */
  watch_config: z.boolean().default(false),
  /** Whether risk, pair-selector and sentiment share one process or have one each. */
  placement: z.enum(['together', 'apart']).default('together'),
  workers: WorkersConfig,
  agents: z
    .strictObject({
      practice: agentLimits({ memory_mb: 384, heap_mb: 256 }),
      execution: agentLimits({ ready_within_seconds: 60 }),
      data: agentLimits({
        ready_within_seconds: 60,
        no_progress_seconds: 60,
        progress_needs_work: false,
      }),
      trading_worker: agentLimits({ no_progress_seconds: 30 }),
      risk: agentLimits({ ready_within_seconds: 60 }),
      pair_selector: agentLimits({ ready_within_seconds: 60 }),
      sentiment: agentLimits({ ready_within_seconds: 60 }),
      notifier: agentLimits({ ready_within_seconds: 60 }),
      gateway: agentLimits({}),
    })
    .prefault({}),
});
export type CoordinatorConfig = z.output<typeof CoordinatorConfig>;

/** What the coordinator itself reads of the effective config; the rest it only passes on. */
export const CoordinatorSlice = z.looseObject({
  mode: z.enum(['shadow', 'production']),
  exchange: z.looseObject({ name: z.string() }),
  redis: RedisConfig,
  logging: LoggingConfig,
  backup: BackupConfig,
  coordinator: CoordinatorConfig,
  /** Whether there is anybody to tell. */
  notifier: z
    .looseObject({
      telegram: z.looseObject({ token: z.string().nullable().default(null) }).prefault({}),
      webhooks: z.array(z.unknown()).default([]),
    })
    .prefault({}),
});
export type CoordinatorSlice = z.output<typeof CoordinatorSlice>;
