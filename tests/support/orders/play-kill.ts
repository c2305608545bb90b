/** Plays one case of the kill matrix: a desk dies at a point, its successor goes on. */
import { DeskChild } from './desk-child.ts';
import type { EntryStyle } from './order-section.ts';
import { OrderWorld } from './order-world.ts';

export interface KillCase {
  readonly style: EntryStyle;
  readonly transport: 'rest' | 'socket';
  readonly point: string;
  readonly nth: number;
  /** The answer to the entry is lost, so that it must be asked for. */
  readonly isAnswerLost: boolean;
}

export interface Killed {
  readonly problems: readonly string[];
  readonly hasDied: boolean;
  /** From the start of the successor to everything settled. */
  readonly settledMs: number;
}

export function entryTarget(style: EntryStyle): object {
  return style === 'bracket'
    ? { route: '/api/v3/orderList/opoco' }
    : { route: '/api/v3/order', verb: 'POST', side: 'BUY' };
}

export async function playKill(given: KillCase): Promise<Killed> {
  await using world = await OrderWorld.open(given);
  if (given.isAnswerLost) {
    const target = entryTarget(given.style);
    world.fault({ kind: 'order-hang', when: 'after', count: 1, target });
  }
  const child = new DeskChild(world, given);
  let settledMs = 0;
  let hasDied = false;
  try {
    const [enter, exit] = [world.enter(), world.intent({ action: 'exit' })];
    hasDied = await live(world, child, { enter, exit });
    if (child.hasFailed) throw new Error('the desk failed instead of dying');
    await child.kill();
    const startedMs = performance.now();
    await world.startDesk();
    // Queues deliver at least once: what the dead desk may have had comes again.
    await world.send(enter);
    await fillMaker(world);
    await world.settled();
    settledMs = performance.now() - startedMs;
    const midway = await world.differences();
    await world.send(exit);
    await world.until('the position is closed', async () => !(await world.held()));
    await world.settled();
    return { problems: [...midway, ...(await world.differences())], hasDied, settledMs };
  } catch (error) {
    const problems = [String(error), ...(await world.differences().catch(() => []))];
    return { problems, hasDied, settledMs };
  } finally {
    await child.kill();
  }
}

/** True when it died on the way. */
async function live(
  world: OrderWorld,
  child: DeskChild,
  intents: {
    readonly enter: ReturnType<OrderWorld['enter']>;
    readonly exit: ReturnType<OrderWorld['enter']>;
  },
): Promise<boolean> {
  await child.until('the child is ready', ({ isReady }) => isReady);
  child.send(intents.enter);
  if (world.options.style === 'maker') {
    await child.until(
      'its entry rests',
      ({ left }) => left.includes('entry open') || left.length === 0,
    );
    if (!child.isGone) sellToBid(world);
  }
  await child.settled();
  child.send(intents.exit);
  await child.settled();
  return child.isGone;
}

/** The successor of a maker may find its entry resting, or make one. */
async function fillMaker(world: OrderWorld): Promise<void> {
  if (world.options.style !== 'maker') return;
  const isResting = async (): Promise<boolean> => (await world.unsettled()).includes('entry open');
  const isOver = async (): Promise<boolean> => (await world.unsettled()).length === 0;
  await world.until('the entry rests', async () => (await isResting()) || (await isOver()));
  if (await isResting()) sellToBid(world);
}

function sellToBid(world: OrderWorld): void {
  world.hand.trade('99.90', '90', 'sell');
  world.showBook();
}
