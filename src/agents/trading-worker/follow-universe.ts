/** Which pairs may be entered, as the pair-selector last said; kept while it or Redis is away. */
import type { Bus } from '#bus/bus.ts';
import { universe } from '#bus/states.ts';
import type { Pair } from '#core/model/pair.ts';
import { type PairStanding, standingIn, type Universe } from '#core/model/universe.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';

/** Far less than a candle: the gate has the last word in between. */
const LOOK_EVERY_MS = 1_000;

export function followUniverse(options: {
  readonly context: Pick<AgentContext<unknown>, 'every'>;
  readonly bus: Pick<Bus, 'get'>;
}): (pair: Pair) => PairStanding | undefined {
  const { context, bus } = options;
  let known: Universe | undefined;
  context.every({
    name: 'universe',
    intervalMs: LOOK_EVERY_MS,
    isImmediate: true,
    run: async () => {
      // After a wipe there is none until the selector writes it again; what was known still holds.
      known = (await bus.get(universe, 'current')) ?? known;
    },
  });
  return (pair) => standingIn(known, pair);
}
