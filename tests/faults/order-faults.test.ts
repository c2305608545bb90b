/**
 * The fault matrix: every fault of the order path at every step of an order's life, through the real
 * code from the intent to the socket, real ccxt and the practice exchange. After each case the
 * account, asked from the exchange itself, and the ledger agree to the last digit, no intent has two
 * entries, and what is held has its stop.
 */
import { describe, expect, it } from 'vitest';
import { systemClock } from '#platform/clock/system-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { allCases, type FaultCase } from '../support/orders/fault-cases.ts';
import { OrderWorld } from '../support/orders/order-world.ts';
import { playCase, type Played } from '../support/orders/play-case.ts';

const isLong = process.env['NIGHTDESK_LONG'] === '1';
const SEED = process.env['NIGHTDESK_TEST_SEED'] ?? '7';
/** Cases of a short run; the long one plays all. */
const SHORT = 90;
/** Most of a case is waiting for the fence. */
const AT_ONCE = Number(process.env['NIGHTDESK_AT_ONCE'] ?? '18');
const STAGGER_MS = 150;
const ONLY = process.env['NIGHTDESK_CASES'];

interface Result extends Played {
  readonly given: FaultCase;
}

describe(`order faults (seed ${SEED})`, () => {
  it('lose and double nothing, at any step', { timeout: 3_600_000 }, async () => {
    const cases = chosen();
    const results = await inPool(cases);
    const failed = results.filter(({ problems }) => problems.length > 0);
    report(results);

    expect(failed.map(({ given, problems }) => `${title(given)}: ${problems.join('; ')}`)).toEqual(
      [],
    );
  });

  it.each(['rest', 'socket'] as const)(
    'find an order within 10 s whose answer was lost (%s)',
    async (transport) => {
      await using world = await OrderWorld.open({ style: 'bracket', transport });
      await world.startDesk();
      await world.ready();
      const target = { route: '/api/v3/orderList/opoco' };
      world.fault({ kind: 'order-hang', when: 'after', count: 1, target });
      const sentMs = performance.now();
      await world.send(world.enter());
      await world.settled();
      const foundMs = performance.now() - sentMs;
      process.stdout.write(`  answer lost (${transport}): found after ${Math.round(foundMs)} ms\n`);

      expect(await world.differences()).toEqual([]);
      expect(await world.held()).toBe(true);
      expect(foundMs).toBeLessThan(10_000);
    },
  );

  it('take an order for absent only behind the fence', async () => {
    await using world = await OrderWorld.open({ style: 'bracket', transport: 'rest' });
    const life = await world.startDesk();
    await world.ready();
    const target = { route: '/api/v3/orderList/opoco' };
    world.fault({ kind: 'order-hang', when: 'before', count: 1, target });
    const sentMs = performance.now();
    await world.send(world.enter());
    await world.settled();
    const settledMs = performance.now() - sentMs;
    process.stdout.write(`  request lost: taken for absent after ${Math.round(settledMs)} ms\n`);

    expect(await world.held()).toBe(false);
    expect(life.counts.get('order rejected')).toBe(3);
    // recvWindow and the time of the venue's own engine.
    expect(settledMs).toBeGreaterThan(12_000);
  });
});

function chosen(): readonly FaultCase[] {
  const all = allCases();
  if (ONLY !== undefined) return all.filter((given) => title(given).includes(ONLY));
  if (isLong) return all;
  const random = seededRandom(`cases ${SEED}`);
  const keyed = all.map((given) => ({ given, key: random.next() }));
  return keyed
    .toSorted((a, b) => a.key - b.key)
    .slice(0, SHORT)
    .map(({ given }) => given);
}

async function inPool(cases: readonly FaultCase[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = [...cases];
  const work = async (_: unknown, index: number): Promise<void> => {
    // Not all at once: a start is the one thing that costs.
    await systemClock().sleep(index * STAGGER_MS);
    for (let given = waiting.pop(); given !== undefined; given = waiting.pop()) {
      results.push({ given, ...(await playCase(given)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

function report(results: readonly Result[]): void {
  const steps = Map.groupBy(results, ({ given }) => given.step);
  const lines = [...steps].map(([step, of]) => {
    const longest = of.toSorted((a, b) => b.unprotectedMs - a.unprotectedMs)[0];
    const slowest = of.toSorted((a, b) => b.settledMs - a.settledMs)[0];
    return (
      `  ${step}: ${of.length} cases; ` +
      `longest unprotected ${ms(longest?.unprotectedMs)} (${longest && title(longest.given)}); ` +
      `slowest settled ${ms(slowest?.settledMs)} (${slowest && title(slowest.given)})`
    );
  });
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  const of = allCases().length;
  process.stdout.write(
    `fault matrix: ${results.length} of ${of} cases, ${failed} failed\n${lines.join('\n')}\n`,
  );
}

function title({ name, step, style, transport }: FaultCase): string {
  return `${step} / ${name} / ${style} / ${transport}`;
}

function ms(value: number | undefined): string {
  return `${Math.round(value ?? 0)} ms`;
}
