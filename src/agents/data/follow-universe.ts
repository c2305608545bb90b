/** Hears of the universe, by its topic at once and by its state again and again. */
import { universe } from '#bus/states.ts';
import { universeChanges } from '#bus/topics.ts';
import type { Pair } from '#core/model/pair.ts';
import type { MarketWatch } from '#exchange/market-data.ts';
import { errorText } from '#platform/errors.ts';
import type { DataAgentPorts } from './data-agent-ports.ts';
import type { FeedDesk } from './feed-desk.ts';
import type { InstrumentDesk } from './instrument-desk.ts';
import type { MarkKeeper } from './mark-keeper.ts';
import type { MarketEar } from './market-ear.ts';
import type { OfferDesk } from './offer-desk.ts';
import { openLane } from './open-lanes.ts';
import type { LaneHooks } from './open-lanes.ts';
import type { PairLane } from './pair-lane.ts';
import type { Staleness } from './staleness.ts';
import type { TradeDesk } from './trade-desk.ts';
import { createUniverseDesk } from './universe-desk.ts';
import type { UniversePorts } from './universe-desk.ts';

const LOOK_EVERY_MS = 1_000;

export async function followUniverse(
  ports: DataAgentPorts,
  parts: FollowedParts & { readonly watch: MarketWatch },
): Promise<void> {
  const { bus, context, venue } = ports;
  const desk = createUniverseDesk({
    ...context,
    ...movesOf(ports, parts),
    venue,
    watch: parts.watch,
    followed: () => [...parts.lanes.keys()],
    onFollowed: ports.onUniverse,
  });
  let last = ports.lastUniverse;
  const hear = (heard: typeof last): void => {
    last = heard ?? last;
    if (last !== undefined) desk.follow(last);
  };
  await bus.subscribe(universeChanges, hear);
  context.every({
    name: 'universe',
    intervalMs: LOOK_EVERY_MS,
    isImmediate: true,
    run: async () => {
      try {
        hear(await bus.get(universe, 'current'));
      } catch (error: unknown) {
        context.log.debug({ cause: errorText(error) }, 'universe not read');
        hear(undefined);
      }
    },
  });
}

interface FollowedParts {
  readonly lanes: Map<Pair, PairLane>;
  readonly hooks: LaneHooks;
  readonly desks: {
    readonly staleness: Staleness;
    readonly trades: TradeDesk;
    readonly offers: OfferDesk;
    readonly keeper: MarkKeeper;
    readonly ear: MarketEar;
    readonly rules: InstrumentDesk;
    readonly feeds: FeedDesk;
  };
}

function movesOf(
  ports: DataAgentPorts,
  { lanes, hooks, desks }: FollowedParts,
): Pick<UniversePorts, 'join' | 'leave'> {
  const { staleness, trades, offers, keeper, ear, rules, feeds } = desks;
  return {
    join: async (instrument) => {
      const { pair } = instrument;
      // What the marks of the last life say is of a time before the pair left.
      const joining = { ...hooks, marks: undefined };
      lanes.set(pair, await openLane(ports, joining, { pair, priority: 'prefetch' }));
      for (const desk of [staleness, trades, offers]) desk.follow(pair);
      rules.follow(instrument);
    },
    leave: (pair) => {
      lanes.delete(pair);
      for (const desk of [staleness, trades, offers, keeper, ear, feeds, rules]) desk.forget(pair);
    },
  };
}
