/**
 * The kill matrix: a desk in a process of its own dies at each point that the code names on the way
 * of an order, and the next one brings everything to the same end. Beside it: the deaths, doubles
 * and old copies that no crash point stands for.
 */
import { copyFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#platform/clock/system-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { DeskChild } from '../support/orders/desk-child.ts';
import { orderConfig } from '../support/orders/order-section.ts';
import { OrderWorld } from '../support/orders/order-world.ts';
import { entryTarget, type KillCase, type Killed, playKill } from '../support/orders/play-kill.ts';

const isLong = process.env['NIGHTDESK_LONG'] === '1';
const SEED = process.env['NIGHTDESK_TEST_SEED'] ?? '7';
const SHORT = 26;
const AT_ONCE = Number(process.env['NIGHTDESK_AT_ONCE'] ?? '4');

/** How often each point is passed on the way from an intent to the end of its position, at least. */
const PASSES: readonly (readonly [point: string, times: number])[] = [
  ['received', 2],
  ['in-transaction', 6],
  ['committed', 6],
  ['before-publish', 6],
  ['before-send', 2],
  ['after-send', 2],
  ['answered', 2],
  ['account-read', 2],
];
/** Passed when the answer to the entry was lost. */
const PASSES_LOST: readonly (readonly [point: string, times: number])[] = [
  ['before-ask', 2],
  ['asked', 1],
  ['in-transaction', 4],
  ['answered', 1],
];

describe(`kills (seed ${SEED})`, () => {
  it('at every crash point end the same way', { timeout: 3_600_000 }, async () => {
    const results = await inPool(chosen());
    const failed = results.filter(({ problems }) => problems.length > 0);
    const died = results.filter(({ hasDied }) => hasDied).length;
    const slowest = Math.max(...results.map(({ settledMs }) => settledMs));
    process.stdout.write(
      `kill matrix: ${results.length} of ${allCases().length} cases, ${died} died at their point, ` +
        `${failed.length} failed, slowest recovery ${Math.round(slowest)} ms\n`,
    );

    expect(failed.map(({ given, problems }) => `${title(given)}: ${problems.join('; ')}`)).toEqual(
      [],
    );
    expect(results.filter(({ hasDied }) => !hasDied).map(({ given }) => title(given))).toEqual([]);
  });

  it('in the time after an answer was lost leave one position, found within 10 s', async () => {
    await using world = await OrderWorld.open({ style: 'bracket', transport: 'socket' });
    world.fault({ kind: 'order-hang', when: 'after', count: 1, target: entryTarget('bracket') });
    const child = new DeskChild(world, { point: 'none', nth: 0 });
    await child.until('ready', ({ isReady }) => isReady);
    const enter = world.enter();
    child.send(enter);
    await world.until('the order executed', () =>
      Promise.resolve(world.account.openOrders().length > 0),
    );
    await child.kill();

    const startedMs = performance.now();
    await world.startDesk();
    await world.send(enter);
    await world.settled();
    const foundMs = performance.now() - startedMs;
    process.stdout.write(`  answer lost, then killed: found after ${Math.round(foundMs)} ms\n`);

    expect(await world.differences()).toEqual([]);
    expect(await world.held()).toBe(true);
    expect(foundMs).toBeLessThan(10_000);
  });
});

describe('a desk that is not alone', () => {
  it('was stopped and replaced: woken, it sends nothing', async () => {
    await using world = await OrderWorld.open({ style: 'bracket', transport: 'rest' });
    const child = new DeskChild(world, { point: 'none', nth: 0 });
    await child.until('ready', ({ isReady }) => isReady);
    child.send(world.enter());
    await child.settled();
    child.signal('SIGSTOP');
    const orders = ordersAt(world);
    // As on another host: with the lock of the file nobody could take over.
    rmSync(`${world.path}.lock`);
    const life = await world.startDesk();
    await world.settled();

    child.send(world.intent({ action: 'exit' }));
    await systemClock().sleep(orderConfig('bracket').section.lease_ms / 2);
    child.signal('SIGCONT');
    await child.until('fenced', ({ isFenced }) => isFenced);
    await systemClock().sleep(1_000);

    expect(child.status.isFenced).toBe(true);
    expect(ordersAt(world)).toBe(orders);
    expect(life.problems).toEqual([]);
    expect(await world.differences()).toEqual([]);
    await child.kill();
  });

  it('shares its account with another desk: it enters nothing', async () => {
    await using world = await OrderWorld.open({ style: 'bracket', transport: 'rest' });
    await world.startDesk();
    await world.ready();
    await world.send(world.enter());
    await world.settled();
    const own = ordersAt(world);
    const path = `${world.path}.other`;
    const before = await world.startOther(path, 'other desk');
    await world.until('it has looked', () =>
      Promise.resolve((before.counts.get('reconciled') ?? 0) > 0),
    );

    await before.execution.onIntent(world.enter());
    await world.until('it has refused', () =>
      Promise.resolve((before.counts.get('intent refused') ?? 0) > 0),
    );

    expect(ordersAt(world)).toBe(own);
    await before.close();
  });

  it('is put back to an older copy of its ledger: what it forgot is not done again', async () => {
    await using world = await OrderWorld.open({ style: 'bracket', transport: 'rest' });
    await world.startDesk();
    await world.ready();
    await world.stopDesk();
    copyFileSync(world.path, `${world.path}.old`);
    await world.startDesk();
    await world.ready();
    const enter = world.enter();
    await world.send(enter);
    await world.settled();
    const orders = ordersAt(world);
    await world.stopDesk();
    for (const end of ['', '-wal', '-shm']) rmSync(`${world.path}${end}`, { force: true });
    copyFileSync(`${world.path}.old`, world.path);

    const life = await world.startDesk();
    await world.ready();
    await world.send(enter);
    await world.until('it has refused', () =>
      Promise.resolve((life.counts.get('intent refused') ?? 0) > 0),
    );
    await world.until('it says what it found', async () =>
      (await world.unsettled()).some((what) => what.startsWith('unrecorded')),
    );

    expect(ordersAt(world)).toBe(orders);
    expect(life.problems).toEqual([]);
  });
});

function ordersAt(world: OrderWorld): number {
  return world.account.allOrders({ symbol: 'BTCUSDT', orderId: 0, limit: 1_000_000 }).length;
}

function allCases(): readonly KillCase[] {
  const points = [
    ...PASSES.map((of) => ({ of, isAnswerLost: false })),
    ...PASSES_LOST.map((of) => ({ of, isAnswerLost: true })),
  ];
  const cases = (['bracket', 'taker', 'maker'] as const).flatMap((style, index) =>
    points.flatMap(({ of: [point, times], isAnswerLost }) =>
      Array.from({ length: times }, (_, nth) => {
        const transport = (index + nth) % 2 === 0 ? ('rest' as const) : ('socket' as const);
        return { style, transport, point, nth: nth + 1, isAnswerLost };
      }),
    ),
  );
  // A single order is found by the first question; a bracket is asked for order by order.
  const isNeverPassed = ({ style, point, nth, isAnswerLost }: KillCase): boolean =>
    isAnswerLost && point === 'before-ask' && nth > 1 && style !== 'bracket';
  return cases.filter((given) => !isNeverPassed(given));
}

/** A short run takes each point, by turns with each style. */
function chosen(): readonly KillCase[] {
  const all = allCases();
  if (isLong) return all;
  const random = seededRandom(`kills ${SEED}`);
  const shuffled = all
    .map((given) => ({ given, key: random.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ given }) => given);
  const each = [...Map.groupBy(shuffled, ({ point, isAnswerLost }) => `${point} ${isAnswerLost}`)]
    .map(([, of]) => of[0])
    .filter((given) => given !== undefined);
  const others = shuffled.filter((given) => !each.includes(given));
  return [...each, ...others].slice(0, SHORT);
}

async function inPool(
  cases: readonly KillCase[],
): Promise<readonly (Killed & { readonly given: KillCase })[]> {
  const results: (Killed & { readonly given: KillCase })[] = [];
  const waiting = [...cases];
  const work = async (): Promise<void> => {
    for (let given = waiting.pop(); given !== undefined; given = waiting.pop()) {
      results.push({ given, ...(await playKill(given)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

function title({ style, transport, point, nth, isAnswerLost }: KillCase): string {
  return `${point} ${nth} / ${style} / ${transport}${isAnswerLost ? ' / answer lost' : ''}`;
}
