/** A desk to try faults on: three pairs, second candles, no halt of its own making. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bus } from '#bus/bus.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import { startRun } from './desk-run.ts';
import type { DeskRun } from './desk-run.ts';

export interface FaultRun extends AsyncDisposable {
  readonly run: DeskRun;
  readonly bus: Bus;
  readonly practiceUrl: string;
}

const PAIRS = '[BTC/USDT, ETH/USDT, SOL/USDT]';
const ENV = {
  NIGHTDESK__PRACTICE__PAIRS: PAIRS,
  // How the desk trades is not the question here, and a halt would answer for every entry.
  NIGHTDESK__RISK_LIMITS__LOSSES_IN_ROW_MAX: '1000',
};

export async function startFaultRun(seed: number): Promise<FaultRun> {
  const run = await startRun({ args: ['--timeframe', '1s', '--seed', String(seed)], env: ENV });
  const { dataDir } = run.desk;
  const address = socketPath(dataDir, 'redis.sock');
  const bus = await openBus({ socketPath: address, instance: 'faults', clock: systemClock() });
  const port = readFileSync(join(dataDir, 'run', 'practice.port'), 'utf8').trim();
  return {
    run,
    bus,
    practiceUrl: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await bus.close();
      await run.desk[Symbol.asyncDispose]();
    },
  };
}
