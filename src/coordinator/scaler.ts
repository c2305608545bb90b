import type { Backlog } from '#bus/bus.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { CoordinatorConfig } from './config.ts';
import type { Fleet } from './fleet.ts';
import { FRESH_SCALING, stepScaling } from './policy/scaling.ts';

export interface ScalerPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly fleet: Pick<Fleet, 'workers' | 'scaleTo'>;
  readonly workers: () => CoordinatorConfig['workers'];
  /** A worker was taken away. */
  readonly forget: (instance: string) => Promise<void>;
}

/** Brings the number of trading-workers to what the backlog asks for. */
export function workerScaler(ports: ScalerPorts): (backlog: Backlog) => void {
  const { clock, log, fleet } = ports;
  let scaling = FRESH_SCALING;

  async function scaleTo(target: number, { waiting, oldestMs }: Backlog): Promise<void> {
    log.info({ workers: target, waiting, oldestMs }, 'scaling trading-workers');
    for (const instance of await fleet.scaleTo(target)) await ports.forget(instance);
  }

  return (backlog) => {
    const { min, max, scale_up_seconds: up, scale_down_after_seconds: down } = ports.workers();
    const running = fleet.workers();
    const times = running.map((worker) => worker.status().beat?.evaluationMs ?? 0);
    const known = times.filter((ms) => ms > 0);
    const evaluationMs = known.reduce((sum, ms) => sum + ms, 0) / Math.max(1, known.length);
    const { state, target } = stepScaling(
      scaling,
      {
        nowMs: clock.monotonic(),
        workers: running.length,
        waiting: backlog.waiting,
        oldestMs: backlog.oldestMs,
        evaluationMs,
      },
      { min, max, upMs: up * 1_000, downAfterMs: down * 1_000 },
    );
    scaling = state;
    if (target !== running.length) void scaleTo(target, backlog);
  };
}
