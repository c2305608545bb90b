/** Keeps the values that somebody follows fresh, and forgets those that nobody follows. */
import type { Bus } from '#bus/bus.ts';
import { account, agents } from '#bus/states.ts';
import type { Decision } from '#core/model/decision.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { History } from '#history/history.ts';
import type { LiveView } from '../live-view.ts';
import { ValueChannel } from './channels.ts';
import type { Hub } from './hub.ts';
import type { LatestValues, Value } from './latest-values.ts';

export interface ValuePorts {
  readonly bus: Pick<Bus, 'all'>;
  readonly history: Pick<History, 'decisions'>;
  readonly live: Pick<LiveView, 'quotes'>;
  readonly values: LatestValues;
  readonly hub: Pick<Hub, 'follows' | 'wake'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface WatchValues {
  /** Agents, accounts and, for the first who asks, the last decisions. */
  readonly states: () => Promise<void>;
  readonly quotes: () => void;
}

// The last of each pair are among these, unless it has more than so many pairs and timeframes.
const DECISIONS_FIRST = 50;
/** Agents and accounts are few and go as whole lists, so that one that went is missing there. */
const ALL = 'all';

export function watchValues(ports: ValuePorts): WatchValues {
  const { bus, history, live, values, hub, clock } = ports;
  const followed = new Set<ValueChannel>();
  const sent = new Map<Pair, Quote>();

  function set(value: Value): void {
    if (values.set(value)) hub.wake();
  }

  /** Channels that somebody follows since the last look. */
  function look(): ReadonlySet<ValueChannel> {
    const begun = new Set<ValueChannel>();
    for (const channel of ValueChannel.options) {
      if (hub.follows(channel)) {
        if (!followed.has(channel)) begun.add(channel);
        followed.add(channel);
      } else if (followed.delete(channel)) {
        values.forget(channel);
        if (channel === 'quotes') sent.clear();
      }
    }
    return begun;
  }

  return {
    states: async () => {
      const begun = look();
      if (begun.has('decisions')) {
        const last = await history.decisions({ limit: DECISIONS_FIRST });
        for (const { decision } of last.toReversed()) set(decisionValue(decision));
      }
      if (followed.has('agents')) {
        const all = [...(await bus.all(agents)).values()];
        set({ channel: 'agents', key: ALL, atMs: clock.now(), data: all });
      }
      if (followed.has('equity')) {
        const all = [...(await bus.all(account)).values()];
        set({ channel: 'equity', key: ALL, atMs: clock.now(), data: all });
      }
    },
    quotes: () => {
      if (!hub.follows('quotes')) return;
      for (const quote of live.quotes()) {
        if (sent.get(quote.pair) === quote) continue;
        sent.set(quote.pair, quote);
        set({
          channel: 'quotes',
          key: quote.pair,
          pair: quote.pair,
          atMs: quote.atMs,
          data: quote,
        });
      }
    },
  };
}

export function decisionValue(decision: Decision): Value {
  const { pair, timeframe, variant, decidedMs } = decision;
  const key = `${pair} ${timeframe} ${variant}`;
  return { channel: 'decisions', key, pair, atMs: decidedMs, data: decision };
}
