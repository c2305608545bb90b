/**
 * Who crosses the spread: taker buys against taker sells by notional, older ones counting less. One
 * trade is O(1) and nothing is kept of it. Signed by the taker's side as the venue says it, so no
 * tick rule is needed (Lee and Ready 1991 is for data without it).
 */
export interface TradeFlow {
  /** `quote`: price times quantity. Trades come in order; an older time counts as the newest one. */
  add(side: 'buy' | 'sell', quote: number, atMs: number): void;
  /** The flow as of `nowMs`; the amounts have faded until then, their ratio has not. */
  at(nowMs: number): { readonly flow: number; readonly quote: number };
}

export function createTradeFlow(halfLifeMs: number): TradeFlow {
  let bought = 0;
  let sold = 0;
  let lastMs = Number.NEGATIVE_INFINITY;

  function fade(toMs: number): void {
    if (toMs <= lastMs) return;
    const factor = 2 ** ((lastMs - toMs) / halfLifeMs);
    bought *= factor;
    sold *= factor;
    lastMs = toMs;
  }

  return {
    add: (side, quote, atMs) => {
      if (!(quote > 0) || !Number.isFinite(quote)) return;
      fade(atMs);
      if (side === 'buy') bought += quote;
      else sold += quote;
    },
    at: (nowMs) => {
      fade(nowMs);
      const quote = bought + sold;
      return { flow: quote > 0 ? (bought - sold) / quote : 0, quote };
    },
  };
}
