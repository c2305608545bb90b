/**
 * The chain on a practice exchange: the selector and the data agent as processes, one pair halted, one
 * made wide, one made thin. Each must be removed by the step that is for it.
 */
import { openBus } from '#bus/redis/open-bus.ts';
import type { RedisBus } from '#bus/redis/open-bus.ts';
import { epoch, universe } from '#bus/states.ts';
import type { ChainStep } from '#core/model/universe.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { startPractice } from '#practice/server/start-practice.ts';
import { temporaryFolder } from '../../tests/support/data-agent.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { pairOf, startData, startSelector } from '../../tests/support/pairs/selector-process.ts';
import { orderLiquidity, postFault } from '../../tests/support/practice.ts';
import { startRedis } from '../../tests/support/redis-server.ts';
import type { Findings } from './findings.ts';

const SEED = 7;
/** Tickers are shared for five seconds at least; loading the days of twelve pairs takes some more. */
const WITHIN_MS = 40_000;

const CHAIN = [
  { name: 'volume', count: 12 },
  { name: 'status' },
  // The market of a practice exchange has a week of history.
  { name: 'age', min_days: 6 },
  { name: 'spread', max_fraction: 0.002 },
  { name: 'price' },
  { name: 'volatility', days: 5, min: 0.001 },
  { name: 'depth', order_quote: 5_000, max_impact_fraction: 0.02 },
  { name: 'correlation', days: 5, max: 0.99 },
  { name: 'max', count: 5 },
];

const MADE = [
  { step: 'status', pair: pairOf('ADA'), how: 'halted' },
  { step: 'spread', pair: pairOf('SOL'), how: 'wide' },
  { step: 'depth', pair: pairOf('XRP'), how: 'thin' },
];

/** The steps of the run that saw it all. */
export async function practiceChain(report: Findings): Promise<readonly ChainStep[]> {
  const options = { clock: systemClock(), log: silentLog(), seed: SEED, port: 0 };
  using folder = temporaryFolder();
  await using redis = await startRedis();
  const exchange = await startPractice(options);
  const { socketPath } = redis;
  const bus = await openBus({ socketPath, instance: 'acceptance', clock: systemClock() });
  try {
    await bus.set(epoch, 'current', { id: 'first', sinceMs: 0 });
    const { url } = exchange;
    const selector = { chain: CHAIN };
    const setting = { url, socketPath, dataDir: folder.path, pairs: [pairOf('BTC')], selector };
    await postFault(url, { kind: 'maintenance', target: { symbol: 'ADAUSDT' } });
    await orderLiquidity(url, { symbol: 'SOLUSDT', spreadFraction: 0.02 });
    await orderLiquidity(url, { symbol: 'XRPUSDT', depthShare: 0.05 });
    await using _data = await startData(setting);
    await using _selector = await startSelector(setting);
    return judge(await lastRun(bus), report);
  } finally {
    await bus.close();
    await exchange.close();
  }
}

async function lastRun(bus: RedisBus): Promise<readonly ChainStep[]> {
  let steps: readonly ChainStep[] = [];
  await eventually(
    async () => {
      steps = (await bus.get(universe, 'current'))?.chain ?? [];
      return steps.length === CHAIN.length;
    },
    { withinMs: WITHIN_MS, what: 'a run of the chain on the practice exchange' },
  );
  return steps;
}

function judge(steps: readonly ChainStep[], report: Findings): readonly ChainStep[] {
  for (const { step, pair, how } of MADE) {
    const removed = steps.find((one) => one.step === step)?.removed ?? [];
    const why = removed.find((one) => one.pair === pair)?.why;
    report.check(`${step} removes ${pair}, made ${how}`, why !== undefined, why ?? 'it did not');
  }
  return steps;
}
