/** From the floor's events to the accounts' own streams, past the same faults as every stream. */
import type { AccountEvent, TradingFloor } from '../../account/trading.ts';
import type { StreamHub } from '../stream-hub.ts';
import { userStream } from '../stream-name.ts';
import type { Venue } from '../venue.ts';
import { eventPayload } from './event-payloads.ts';

export function feedUserStreams(floor: TradingFloor, hub: StreamHub, venue: Venue): () => void {
  const stops = floor.uids().map((uid) => {
    const { name } = userStream(uid);
    return floor.account(uid).subscribe((event) => {
      if (hub.has(name)) hub.publish(name, eventPayload(event, venue.saysNow()), symbolOf(event));
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}

function symbolOf(event: AccountEvent): string | undefined {
  if (event.kind === 'execution') return event.order.symbol;
  return event.kind === 'list' ? event.list.symbol : undefined;
}
