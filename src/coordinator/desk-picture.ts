/** What the desk looks like now: the coordinator itself, its Redis and every agent. */
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { processSampler, readPss } from '#platform/lifecycle/process-sampler.ts';
import { coordinatorStatus, redisStatus } from './agent-status.ts';
import type { Fleet } from './fleet.ts';
import { systemScore } from './policy/health-score.ts';
import type { EmbeddedRedis } from './redis/embedded.ts';

export interface DeskPicture {
  now(): { agents: AgentStatus[]; systemScore: number };
  /** Takes the longest pause of this process since the last look. */
  look(): void;
  /** Reads the memory of those that do not tell of it themselves. */
  sampleMemory(): Promise<void>;
  close(): void;
}

export function deskPicture(parts: {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly fleet: Pick<Fleet, 'statuses'>;
  readonly redis: () => Pick<EmbeddedRedis, 'status'> | undefined;
}): DeskPicture {
  const { clock, startedMs, fleet } = parts;
  const sampler = processSampler();
  let loopDelayMs = 0;
  let redisPss: number | undefined;

  function agents(): AgentStatus[] {
    const redis = parts.redis()?.status();
    return [
      coordinatorStatus({ startedMs, pssBytes: sampler.pssBytes(), loopDelayMs }, clock),
      ...(redis === undefined ? [] : [redisStatus(redis, redisPss, clock)]),
      ...fleet.statuses(),
    ];
  }

  return {
    now: () => {
      const all = agents();
      return { agents: all, systemScore: systemScore(all.map(({ healthScore }) => healthScore)) };
    },
    look: () => {
      loopDelayMs = sampler.takeLoopDelayMs();
    },
    sampleMemory: async () => {
      await sampler.samplePss();
      const pid = parts.redis()?.status().pid;
      redisPss = pid === undefined ? undefined : await readPss(pid);
    },
    close: () => sampler.close(),
  };
}
