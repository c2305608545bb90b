import { hostname } from 'node:os';
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { healthScore } from './policy/health-score.ts';
import type { RedisStatus } from './redis/embedded.ts';
import type { AgentPlan, SupervisorStatus } from './supervisor.ts';

const TEN_MINUTES_MS = 600_000;
const HOST = hostname();

/**
 * The agents of one process as the state `agents` and `status` show them. Memory stands with the one
 * the process is called after, so that a sum over all counts it once.
 */
export function agentStatuses(
  plan: AgentPlan,
  seen: SupervisorStatus,
  clock: Clock,
): AgentStatus[] {
  const [host = plan.agent, ...guests] = plan.members;
  const whole = agentStatus(plan, seen, clock);
  const { pssBytes: _pss, rssBytes: _rss, checks, ...shared } = whole;
  const checksOf = (member: string) =>
    checks.flatMap(({ name, ...check }) =>
      name.startsWith(`${member}: `) ? [{ ...check, name: name.slice(member.length + 2) }] : [],
    );
  const own = guests.length === 0 ? checks : checksOf(host);
  return [
    { ...whole, checks: own },
    ...guests.map((guest) => ({
      ...shared,
      agent: guest,
      instance: guest,
      within: plan.instance,
      checks: checksOf(guest),
    })),
  ];
}

function agentStatus(plan: AgentPlan, seen: SupervisorStatus, clock: Clock): AgentStatus {
  const nowMs = clock.monotonic();
  const wallMs = (monotonicMs: number): number => Math.round(clock.now() - (nowMs - monotonicMs));
  const state = seen.isCrashLoop && seen.state !== 'stopped' ? 'degraded' : seen.state;
  const { beat } = seen;
  const score = healthScore({
    state,
    beat,
    beatAgeMs: nowMs - seen.heardMs,
    memoryBytesMax: plan.limits().memoryBytes,
    restartsLastTenMinutes: seen.restartTimesMs.filter((atMs) => nowMs - atMs < TEN_MINUTES_MS)
      .length,
  });
  return {
    agent: plan.agent,
    instance: plan.instance,
    state,
    healthScore: score,
    restarts: seen.restarts,
    startedMs: wallMs(seen.startedMs),
    beatMs: wallMs(seen.heardMs),
    host: HOST,
    checks: beat?.checks ?? [],
    ...(seen.pid === undefined ? {} : { pid: seen.pid }),
    ...(seen.lastVerdict === undefined ? {} : { lastVerdict: seen.lastVerdict }),
    ...(beat === undefined ? {} : beatFields(beat)),
  };
}

function beatFields(beat: NonNullable<SupervisorStatus['beat']>) {
  return {
    ...(beat.progressMs === undefined ? {} : { progressMs: beat.progressMs }),
    loopDelayMs: beat.loopDelayMs,
    pssBytes: beat.pssBytes,
    rssBytes: beat.rssBytes,
    workInHand: beat.workInHand,
    workWaiting: beat.workWaiting,
    evaluationMs: beat.evaluationMs,
  };
}

export function redisStatus(
  seen: RedisStatus,
  pssBytes: number | undefined,
  clock: Clock,
): AgentStatus {
  const state = seen.isServing ? 'ready' : seen.isCrashLoop ? 'degraded' : 'backing-off';
  return {
    agent: 'redis',
    instance: 'redis',
    state,
    healthScore: seen.isServing ? 100 : 0,
    restarts: seen.restarts,
    startedMs: Math.round(clock.now() - (clock.monotonic() - seen.startedMs)),
    host: HOST,
    checks: [],
    ...(seen.pid === undefined ? {} : { pid: seen.pid }),
    ...(seen.lastVerdict === undefined ? {} : { lastVerdict: seen.lastVerdict }),
    ...(pssBytes === undefined ? {} : { pssBytes }),
  };
}

export function coordinatorStatus(
  self: { readonly startedMs: number; readonly pssBytes: number; readonly loopDelayMs: number },
  clock: Clock,
): AgentStatus {
  return {
    agent: 'coordinator',
    instance: 'coordinator',
    pid: process.pid,
    state: 'ready',
    healthScore: 100,
    restarts: 0,
    startedMs: self.startedMs,
    beatMs: clock.now(),
    loopDelayMs: self.loopDelayMs,
    pssBytes: self.pssBytes,
    rssBytes: process.memoryUsage.rss(),
    checks: [],
    host: HOST,
  };
}
