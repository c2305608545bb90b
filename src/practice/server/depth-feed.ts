/**
 * Diff depth: changes of a book gathered for 100 or 1000 ms and sent as one event. What must
 * hold: `U` of an event is `u` of the one before plus one, and a level appears with its last
 * quantity, so a client that starts from a REST snapshot never drifts.
 */
import type { WorldEvent } from '../world.ts';
import type { StreamHub } from './stream-hub.ts';
import { depthPayload, partialDepthPayload } from './stream-payloads.ts';
import type { Venue } from './venue.ts';

type BookEvent = Extract<WorldEvent, { kind: 'book' }>;

interface Gathered {
  /** Id before the first change gathered: the last one sent, or the book's when listening began. */
  baseId: number;
  lastId: number;
  readonly bids: Map<number, number>;
  readonly asks: Map<number, number>;
}

const SUFFIXES = ['@depth', '@depth@100ms', '@depth@1000ms'];

export class DepthFeed {
  readonly #venue: Venue;
  readonly #hub: StreamHub;
  readonly #names: ReadonlyMap<string, readonly string[]>;
  readonly #gathered = new Map<string, Gathered>();
  /** The book's update id before the present event; ids may rise by more than one an event. */
  readonly #bookIds: Map<string, number>;
  readonly #lastPartialId = new Map<string, number>();

  constructor(venue: Venue, hub: StreamHub) {
    this.#venue = venue;
    this.#hub = hub;
    this.#bookIds = new Map(
      [...venue.symbols.keys()].map((symbol) => [symbol, venue.world.book(symbol, 1).lastUpdateId]),
    );
    this.#names = new Map(
      [...venue.symbols].map(([symbol, text]) => [
        symbol,
        SUFFIXES.map((suffix) => text.lower + suffix),
      ]),
    );
  }

  onBook(event: BookEvent): void {
    for (const name of this.#names.get(event.symbol) ?? []) {
      if (this.#hub.has(name)) this.#gather(name, event);
      else this.#gathered.delete(name);
    }
    this.#bookIds.set(event.symbol, event.updateId);
  }

  /** Sends what the streams of this speed gathered. */
  flush(everyMs: 100 | 1000, eventMs: number): void {
    for (const { name, symbol, everyMs: speed } of this.#hub.names('depthDiff')) {
      const gathered = this.#gathered.get(name);
      if (speed !== everyMs || symbol === undefined || gathered === undefined) continue;
      if (gathered.bids.size + gathered.asks.size === 0) continue;
      this.#hub.publish(
        name,
        depthPayload(this.#venue.textOf(symbol), {
          firstId: gathered.baseId + 1,
          lastId: gathered.lastId,
          bids: gathered.bids,
          asks: gathered.asks,
          eventMs,
        }),
      );
      gathered.baseId = gathered.lastId;
      gathered.bids.clear();
      gathered.asks.clear();
    }
    this.#flushPartial(everyMs);
  }

  #gather(name: string, event: BookEvent): void {
    const baseId = this.#bookIds.get(event.symbol) ?? event.updateId - 1;
    const gathered = this.#gathered.get(name) ?? newGathered(baseId);
    this.#gathered.set(name, gathered);
    gathered.lastId = event.updateId;
    for (const [ticks, lots] of event.bids) gathered.bids.set(ticks, lots);
    for (const [ticks, lots] of event.asks) gathered.asks.set(ticks, lots);
  }

  #flushPartial(everyMs: 100 | 1000): void {
    for (const { name, symbol, levels, everyMs: speed } of this.#hub.names('depthPartial')) {
      if (speed !== everyMs || symbol === undefined || levels === undefined) continue;
      const book = this.#venue.world.book(symbol, levels);
      if (this.#lastPartialId.get(name) === book.lastUpdateId) continue;
      this.#lastPartialId.set(name, book.lastUpdateId);
      this.#hub.publish(name, partialDepthPayload(this.#venue.textOf(symbol), book));
    }
  }
}

function newGathered(baseId: number): Gathered {
  return { baseId, lastId: baseId, bids: new Map(), asks: new Map() };
}
