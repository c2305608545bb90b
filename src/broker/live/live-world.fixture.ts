import type { OrderEvent } from '#core/orders/order-event.ts';
import type { TradingFeatures, VenueOrder } from '#exchange/trading/trading-venue.ts';
import type { FakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import type { BrokerWorld } from '../broker-contract.fixture.ts';
import { paperWorld } from '../paper/paper-world.fixture.ts';
import { LiveBroker } from './live-broker.ts';
import { type ScriptedVenue, scriptedVenue } from './scripted-venue.fixture.ts';

export interface LiveWorld extends BrokerWorld {
  readonly broker: LiveBroker;
  readonly venue: ScriptedVenue;
  readonly clock: FakeClock;
  readonly foreign: readonly VenueOrder[];
  readonly caughtUp: () => number;
  /** Another process on the same account, which knows nothing yet. */
  readonly restart: () => Pick<LiveWorld, 'broker' | 'told'>;
}

/** The live broker over a venue that matches as the paper broker does. */
export function liveWorld(
  options: { readonly features?: Partial<TradingFeatures>; readonly sendWithinMs?: number } = {},
): LiveWorld {
  const paper = paperWorld({ config: { latency_ms: 0 } });
  const venue = scriptedVenue(paper.broker, options.features);
  const foreign: VenueOrder[] = [];
  let caughtUp = 0;

  function start(): Pick<LiveWorld, 'broker' | 'told'> {
    const told: OrderEvent[] = [];
    const broker = new LiveBroker({
      account: 'live',
      tag: 'nd',
      venue,
      clock: paper.clock,
      log: silentLog(),
      signal: new AbortController().signal,
      background: (_name, work) => void work.catch(() => undefined),
      foreign: {
        onOrder: (order) => foreign.push(order),
        onCaughtUp: () => {
          caughtUp += 1;
        },
      },
      // The orders of the contract carry no time of their making.
      sendWithinMs: options.sendWithinMs ?? Infinity,
    });
    broker.listen((event) => told.push(event));
    broker.open();
    venue.connect();
    return { broker, told };
  }

  return {
    ...start(),
    venue,
    clock: paper.clock,
    foreign,
    caughtUp: () => caughtUp,
    restart: start,
    showBook: (bids, asks) => paper.showBook(bids, asks),
    trade: (price, qty, takerSide) => paper.trade(price, qty, takerSide),
    settle: (work) => paper.settle(work),
  };
}
