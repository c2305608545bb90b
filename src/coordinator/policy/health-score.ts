import type { Heartbeat } from '#platform/lifecycle/contract.ts';

export interface HealthInput {
  readonly state: 'starting' | 'ready' | 'degraded' | 'draining' | 'backing-off' | 'stopped';
  readonly beatAgeMs: number;
  readonly beat: Heartbeat | undefined;
  readonly memoryBytesMax: number;
  readonly restartsLastTenMinutes: number;
}

// A ready agent keeps at least this: whoever beats and serves is better than whoever does not.
const READY_FLOOR = 20;

/** 0 = gone, 100 = nothing to say against it. */
export function healthScore(input: HealthInput): number {
  switch (input.state) {
    case 'stopped':
    case 'backing-off':
      return 0;
    case 'degraded':
      return 10;
    case 'starting':
    case 'draining':
      return 50;
    case 'ready':
      return Math.max(READY_FLOOR, 100 - penalties(input));
  }
}

function penalties(input: HealthInput): number {
  const { beat } = input;
  const restarts = Math.min(25, 5 * input.restartsLastTenMinutes);
  const late = input.beatAgeMs > 2_000 ? 30 : input.beatAgeMs > 1_500 ? 10 : 0;
  if (beat === undefined) return restarts + late;
  const loop = beat.loopDelayMs > 1_000 ? 30 : beat.loopDelayMs > 200 ? 10 : 0;
  const memory = beat.pssBytes > 0.9 * input.memoryBytesMax ? 15 : 0;
  const checks = 15 * beat.checks.filter((check) => !check.isOk).length;
  return restarts + late + loop + memory + checks;
}

/** The desk is as good as its parts together, and no better than its worst part allows. */
export function systemScore(scores: readonly number[]): number {
  if (scores.length === 0) return 0;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return Math.round((mean + Math.min(...scores)) / 2);
}
