/** Plays one case of the fault matrix from the intent to the end of the position. */
import type { FaultCase } from './fault-cases.ts';
import { OrderWorld } from './order-world.ts';

export interface Played {
  readonly problems: readonly string[];
  readonly unprotectedMs: number;
  /** From the step to everything settled. */
  readonly settledMs: number;
  readonly counts: ReadonlyMap<string, number>;
}

const STOPPED_AT = 94.4;
const VACUOUS = 'a fault hit nothing: the case tests nothing';

const TRIES = 3;

/** On a busy machine an entry may be refused before its fault could hit; then it is played again. */
export async function playCase(given: FaultCase): Promise<Played> {
  for (let tried = 1; ; tried += 1) {
    const played = await playOnce(given);
    if (tried === TRIES || !played.problems.includes(VACUOUS)) return played;
  }
}

async function playOnce(given: FaultCase): Promise<Played> {
  const { style, transport, step } = given;
  await using world = await OrderWorld.open({ style, transport });
  const hits: (() => number)[] = [];
  let armedMs = 0;
  const arm = (): void => {
    armedMs = performance.now();
    for (const fault of given.faults) {
      const run = world.fault(fault);
      const isCounted = 'count' in fault && !('probability' in fault);
      if (isCounted) hits.push(() => run.hits);
    }
  };
  try {
    await world.startDesk();
    await world.ready();
    const settledMs = await play(world, step, arm, () => performance.now() - armedMs);
    const problems = [...(await world.differences())];
    if (await world.held()) problems.push('something is held in the end');
    if (hits.some((of) => of() === 0)) problems.push(VACUOUS);
    const counts = world.life?.counts ?? new Map<string, number>();
    return { problems, unprotectedMs: world.unprotectedMsMax, settledMs, counts };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const problems = [`${String(error)}`, ...(await agreed(world)), stack];
    return { problems, unprotectedMs: 0, settledMs: 0, counts: new Map() };
  }
}

async function agreed(world: OrderWorld): Promise<readonly string[]> {
  return world.differences().catch((error: unknown) => [String(error)]);
}

async function play(
  world: OrderWorld,
  step: FaultCase['step'],
  arm: () => void,
  sinceArmedMs: () => number,
): Promise<number> {
  if (step === 'entry' || step === 'protection' || step === 'question') arm();
  await enter(world, step, arm);
  await world.settled();
  let settledMs = sinceArmedMs();
  await mustAgree(world, 'after the entry');
  if (!(await world.held())) return settledMs;
  if (step === 'stop' || step === 'sale' || step === 'comparison') arm();
  if (step === 'stop' || step === 'comparison') fireStop(world);
  else await world.send(world.intent({ action: 'exit' }));
  await world.until('the position is closed', async () => !(await world.held()));
  await world.settled();
  if (step === 'stop' || step === 'sale' || step === 'comparison') settledMs = sinceArmedMs();
  return settledMs;
}

/** A maker's entry rests until somebody sells to it, in the case of a cancel nobody does. */
async function enter(world: OrderWorld, step: FaultCase['step'], arm: () => void): Promise<void> {
  await world.send(world.enter());
  if (world.options.style !== 'maker') return;
  const isResting = (): Promise<boolean> => Promise.resolve(world.account.openOrders().length > 0);
  const isOver = async (): Promise<boolean> =>
    (await isResting()) || (await world.unsettled()).length === 0;
  await world.until('the entry rests', isOver);
  if (step === 'cancel' || step === 'between fills') arm();
  if (step === 'cancel') await world.send(world.intent({ action: 'exit' }));
  else if (await isResting()) {
    // Others stand before it with 50 coins.
    world.hand.trade('99.90', step === 'between fills' ? '50.5' : '90', 'sell');
    world.showBook();
  }
}

function fireStop(world: OrderWorld): void {
  world.showBook(STOPPED_AT);
  world.hand.trade(STOPPED_AT.toFixed(2), '0.5', 'sell');
  world.showBook(STOPPED_AT);
}

async function mustAgree(world: OrderWorld, when: string): Promise<void> {
  const differences = await world.differences();
  if (differences.length > 0) throw new Error(`${when}: ${differences.join('; ')}`);
}
