import type { Bus } from '#bus/bus.ts';
import { account as accountState, positions as positionsState } from '#bus/states.ts';
import { deskEvents } from '#bus/topics.ts';
import type { AccountSummary } from '#core/model/account.ts';
import type { ToldEvent } from '#core/model/desk-event.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { Outbox } from './ports.ts';

/** Events not yet with Redis; beyond it the oldest are dropped: the ledger has them. */
const EVENTS_MAX = 2_000;

export interface BusOutbox extends Outbox {
  /** Sends what waits. What fails is tried again at the next call. */
  flush(): Promise<void>;
  /** Removes positions that another life of the desk left in Redis. */
  clean(held: ReadonlySet<Pair>): Promise<void>;
}

/** The outbox over the bus. Nothing here waits for Redis but `flush`, which nobody waits for. */
export function busOutbox(
  bus: Pick<Bus, 'publish' | 'set' | 'remove' | 'all'>,
  onDropped: (count: number) => void,
): BusOutbox {
  const events: ToldEvent[] = [];
  const dirty = new Map<Pair, Position | undefined>();
  let summary: AccountSummary | undefined;

  async function flushStates(): Promise<void> {
    const latest = summary;
    if (latest !== undefined) {
      await bus.set(accountState, latest.account, latest);
      if (summary === latest) summary = undefined;
    }
    for (const [pair, position] of dirty) {
      if (position === undefined) await bus.remove(positionsState, pair);
      else await bus.set(positionsState, pair, position);
      if (dirty.get(pair) === position) dirty.delete(pair);
    }
  }

  return {
    publish: (told) => {
      events.push(told);
      if (events.length <= EVENTS_MAX) return;
      events.shift();
      onDropped(1);
    },
    account: (latest) => {
      summary = latest;
    },
    position: (pair, position) => {
      dirty.set(pair, position);
    },
    flush: async () => {
      for (let told = events[0]; told !== undefined; told = events[0]) {
        await bus.publish(deskEvents, told);
        if (events[0] === told) events.shift();
      }
      await flushStates();
    },
    clean: async (held) => {
      for (const field of (await bus.all(positionsState)).keys()) {
        const pair = field as Pair;
        if (!held.has(pair) && !dirty.has(pair)) await bus.remove(positionsState, field);
      }
    },
  };
}
