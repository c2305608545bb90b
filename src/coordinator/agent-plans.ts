import { join } from 'node:path';
import type { CoordinatorConfig, CoordinatorSlice } from './config.ts';
import type { LaunchPlan } from './child.ts';
import type { VerdictLimits } from './policy/verdict.ts';
import type { AgentPlan } from './supervisor.ts';

/** In the order they are started. */
export const AGENTS = [
  'practice',
  'execution',
  'data',
  'risk',
  'pair-selector',
  'sentiment',
  'trading-worker',
  'notifier',
  'gateway',
] as const;
export type SupervisedAgent = (typeof AGENTS)[number];

/** In the order they are stopped: no new entries first, those that tell and show the desk last. */
export const STOP_ORDER = [
  'trading-worker',
  'sentiment',
  'pair-selector',
  'risk',
  'data',
  'execution',
  'notifier',
  'gateway',
  'practice',
] as const;

export interface PlanOptions {
  readonly rootDir: string;
  readonly dataDir: string;
  readonly config: () => CoordinatorConfig;
  readonly env: NodeJS.ProcessEnv;
  /** Agent to start under the inspector. */
  readonly inspect: string | undefined;
  /** Other files in place of the agents' own, for tests. */
  readonly files: Readonly<Partial<Record<SupervisedAgent, string>>> | undefined;
  readonly childConfig: (agent: SupervisedAgent) => unknown;
}

/** Light agents that share the process of the first one: each by itself would cost some 25 MB. */
const TOGETHER = ['risk', 'pair-selector', 'sentiment'] as const satisfies SupervisedAgent[];

type Deciding = Pick<CoordinatorSlice, 'exchange' | 'notifier'> & {
  readonly coordinator: Pick<CoordinatorConfig, 'placement'>;
};

/** The agents in the process that is called after `agent`, itself first. */
export function membersOf(
  agent: SupervisedAgent,
  { placement }: Pick<CoordinatorConfig, 'placement'>,
): readonly SupervisedAgent[] {
  return placement === 'together' && agent === TOGETHER[0] ? TOGETHER : [agent];
}

/**
 * Agents without a process of their own under this config: no practice exchange, nobody to tell, or
 * a guest in another's process.
 */
export function absentAgents({
  exchange,
  notifier,
  coordinator,
}: Deciding): ReadonlySet<SupervisedAgent> {
  const hasChannel = notifier.telegram.token !== null || notifier.webhooks.length > 0;
  return new Set<SupervisedAgent>([
    ...(exchange.name === 'practice' ? [] : (['practice'] as const)),
    ...(hasChannel ? [] : (['notifier'] as const)),
    ...(coordinator.placement === 'together' ? TOGETHER.slice(1) : []),
  ]);
}

/** Which agents there are is decided at the start: why a running desk cannot take a config. */
export function otherAgents(
  now: Parameters<typeof absentAgents>[0],
  next: Parameters<typeof absentAgents>[0],
): string[] {
  const differing = absentAgents(now).symmetricDifference(absentAgents(next));
  return [...differing].map(
    (agent) =>
      `${agent} runs only with a configuration that needs it: stop the desk and start it again for that`,
  );
}

const BEAT_MS = 1_000;

export function agentPlan(
  agent: SupervisedAgent,
  instance: string,
  options: PlanOptions,
): AgentPlan {
  return {
    agent,
    instance,
    members: membersOf(agent, options.config()),
    limits: () => verdictLimits(agent, options.config()),
    launch: () => launchPlan(agent, options),
    config: () => options.childConfig(agent),
  };
}

export function verdictLimits(agent: SupervisedAgent, config: CoordinatorConfig): VerdictLimits {
  const limits = limitsOf(agent, config);
  const memoryMb = Math.max(
    ...membersOf(agent, config).map((member) => limitsOf(member, config).memory_mb),
  );
  const noProgressSeconds = limits.no_progress_seconds;
  return {
    silentMs: config.missed_beats * BEAT_MS,
    blockedMs: config.blocked_loop_ms,
    memoryBytes: memoryMb * 1_048_576,
    readyWithinMs: limits.ready_within_seconds * 1_000,
    noProgressMs: noProgressSeconds === null ? undefined : noProgressSeconds * 1_000,
    progressNeedsWork: limits.progress_needs_work,
  };
}

function limitsOf(agent: SupervisedAgent, { agents }: CoordinatorConfig) {
  switch (agent) {
    case 'trading-worker':
      return agents.trading_worker;
    case 'pair-selector':
      return agents.pair_selector;
    default:
      return agents[agent];
  }
}

// Flags of this process that its agents get too: start-bot.sh has asked Node whether it knows them.
const INHERITED: readonly string[] = ['--memory-saver-mode'];

function launchPlan(agent: SupervisedAgent, options: PlanOptions): LaunchPlan {
  const { rootDir, inspect } = options;
  const members = membersOf(agent, options.config());
  const heapMb = Math.max(...members.map((member) => limitsOf(member, options.config()).heap_mb));
  return {
    file: options.files?.[agent] ?? join(rootDir, folderOf(agent, members), 'index.ts'),
    cwd: rootDir,
    execArgv: [
      // Agents keep little and live long: a small young generation saves 8 MB in each.
      '--max-semi-space-size=1',
      ...process.execArgv.filter((flag) => INHERITED.includes(flag)),
      `--max-old-space-size=${heapMb}`,
      ...(inspect === agent ? ['--inspect=127.0.0.1:0'] : []),
    ],
    env: childEnv(options.env, options.dataDir),
  };
}

function folderOf(agent: SupervisedAgent, members: readonly SupervisedAgent[]): string {
  if (agent === 'practice') return 'src/practice';
  return members.length > 1 ? 'src/agents/together' : `src/agents/${agent}`;
}

// What a process needs to run at all. Secrets and settings reach agents by `init` alone.
const PASSED_ON =
  'PATH HOME TZ LANG LC_ALL TMPDIR SSL_CERT_FILE NODE_EXTRA_CA_CERTS HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy'.split(
    ' ',
  );

export function childEnv(env: NodeJS.ProcessEnv, dataDir: string): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const cache = env['NODE_COMPILE_CACHE'] ?? join(dataDir, 'cache', 'compile');
  return { ...Object.fromEntries(passed), NODE_COMPILE_CACHE: cache, ...ALLOCATOR };
}

// For the allocator of glibc, as start-bot.sh has it for the coordinator. One arena for all threads:
// it otherwise keeps some MB for each. Fixed thresholds: else they grow with the largest block ever
// freed, and what compiling needed for a moment is never given back.
const ALLOCATOR = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '16384',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_TOP_PAD_: '0',
};
