import type { ConformanceCase } from '#core/promotion/conformance.ts';
import { errorText } from '#platform/errors.ts';
import { CONFORMANCE_CASES } from './conformance-cases.ts';
import { type ConformanceWorld, sellSome, SkippedCase } from './conformance-world.ts';

/** Runs the cases one after another; what a failed one left behind is cleared before the next. */
export async function runConformance(
  world: ConformanceWorld,
  onCase: (result: ConformanceCase) => void,
): Promise<readonly ConformanceCase[]> {
  const results: ConformanceCase[] = [];
  for (const { name, run } of CONFORMANCE_CASES) {
    const result = await runCase(name, () => run(world));
    const cleared =
      result.outcome === 'fail'
        ? await runCase(`clearing up after: ${name}`, () => clear(world))
        : result;
    const told = cleared.outcome === 'fail' && cleared !== result ? [result, cleared] : [result];
    results.push(...told);
    told.forEach(onCase);
  }
  return results;
}

async function runCase(name: string, run: () => Promise<void>): Promise<ConformanceCase> {
  try {
    await run();
    return { name, outcome: 'pass', detail: '' };
  } catch (error) {
    const outcome = error instanceof SkippedCase ? 'skip' : 'fail';
    return { name, outcome, detail: errorText(error) };
  }
}

/** Cancels what this run placed and sells what it bought; a person's orders have other ids. */
async function clear({ broker, instrument, ...world }: ConformanceWorld): Promise<void> {
  for (const { clientOrderId } of await broker.openOrders()) {
    await broker.cancel({ clientOrderId, pair: instrument.pair });
  }
  await sellSome({ broker, instrument, ...world }, await world.bought());
}
