import type { PublicTrade } from '#core/model/market.ts';

/**
 * Trades of one pair in the order of their ids, none twice. A hole is waited for and asked for; what
 * came behind it is held meanwhile, within a bound.
 */
export interface TradeSequencer {
  /** Trades that may go out now, in order. */
  accept(trades: readonly PublicTrade[]): readonly PublicTrade[];
  /** First missing id, while trades are held behind it. */
  missingFrom(): number | undefined;
  /** The hole cannot be filled: goes on with what is held. Gives the number of lost trades. */
  giveUp(): { readonly lost: number; readonly trades: readonly PublicTrade[] };
  lastId(): number;
}

const HELD_MAX = 5_000;
/** Ids that fall although time goes on by this much: the venue counts anew. */
const RESTART_AFTER_MS = 5_000;

export function createTradeSequencer(options: { hasSequence: boolean }): TradeSequencer {
  const held = new Map<number, PublicTrade>();
  let lastId = -1;
  let lastMs = 0;

  function take(trade: PublicTrade): void {
    lastId = trade.id;
    lastMs = Math.max(lastMs, trade.atMs);
  }

  function flush(): PublicTrade[] {
    const ready: PublicTrade[] = [];
    for (let next = held.get(lastId + 1); next !== undefined; next = held.get(lastId + 1)) {
      held.delete(next.id);
      take(next);
      ready.push(next);
    }
    return ready;
  }

  function one(trade: PublicTrade): PublicTrade[] {
    const isRestart = trade.id <= lastId && trade.atMs > lastMs + RESTART_AFTER_MS;
    if (isRestart) held.clear();
    if (lastId < 0 || isRestart || (!options.hasSequence && trade.id > lastId)) {
      take(trade);
      return [trade];
    }
    if (trade.id <= lastId) return [];
    if (held.size < HELD_MAX) held.set(trade.id, trade);
    return flush();
  }

  return {
    accept: (trades) => trades.flatMap(one),
    missingFrom: () => (held.size === 0 ? undefined : lastId + 1),
    giveUp: () => {
      const first = Math.min(...held.keys());
      if (held.size === 0) return { lost: 0, trades: [] };
      const lost = first - lastId - 1;
      lastId = first - 1;
      return { lost, trades: flush() };
    },
    lastId: () => lastId,
  };
}
