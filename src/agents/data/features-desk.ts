/**
 * What the book and the trades of each pair say at a close, for the analysts. It rides on the
 * evaluation: the worker needs no second look, and the decision can be repeated from its input.
 */
import { bookFeatures } from '#core/microstructure/book-features.ts';
import { createTradeFlow } from '#core/microstructure/trade-flow.ts';
import type { TradeFlow } from '#core/microstructure/trade-flow.ts';
import type { Evaluation } from '#core/model/evaluation.ts';
import type { MarketFeatures } from '#core/model/market-features.ts';
import type { OrderBook, PublicTrade } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import { toNumber } from '#core/money/decimal.ts';

export interface FeaturesDesk {
  trades(batch: readonly PublicTrade[]): void;
  /** The same evaluation with what is known of its pair; a close that came late gets nothing. */
  enrich(evaluation: Evaluation): Evaluation;
  forget(pair: Pair): void;
}

/** The flow of half a candle, but neither of a moment nor of an hour. */
const HALF_LIFE_MS = { least: 5_000, most: 600_000 };

export function createFeaturesDesk(options: {
  readonly timeframe: Timeframe;
  readonly book: (pair: Pair) => OrderBook | undefined;
  /** Venue time. */
  readonly now: () => number;
}): FeaturesDesk {
  const { timeframe, book, now } = options;
  const halfLifeMs = Math.min(
    HALF_LIFE_MS.most,
    Math.max(HALF_LIFE_MS.least, timeframeMs(timeframe) / 2),
  );
  const flows = new Map<Pair, TradeFlow>();

  function flowOf(pair: Pair): TradeFlow {
    const known = flows.get(pair);
    if (known !== undefined) return known;
    const flow = createTradeFlow(halfLifeMs);
    flows.set(pair, flow);
    return flow;
  }

  function featuresOf(pair: Pair): MarketFeatures | undefined {
    const seen = book(pair);
    const features = seen === undefined ? undefined : bookFeatures(levelsOf(seen));
    if (seen === undefined || features === undefined) return undefined;
    const nowMs = now();
    const { flow, quote } = flowOf(pair).at(nowMs);
    return {
      ...features,
      flow,
      flowQuote: quote,
      bookAgeMs: Math.max(0, nowMs - seen.receivedMs),
    };
  }

  return {
    trades: (batch) => {
      for (const { pair, takerSide, price, qty, atMs } of batch) {
        flowOf(pair).add(takerSide, toNumber(price) * toNumber(qty), atMs);
      }
    },
    enrich: (evaluation) => {
      if (evaluation.origin !== 'live') return evaluation;
      const market = featuresOf(evaluation.pair);
      return market === undefined ? evaluation : { ...evaluation, market };
    },
    forget: (pair) => void flows.delete(pair),
  };
}

function levelsOf({ bids, asks }: OrderBook): Parameters<typeof bookFeatures>[0] {
  return { bids: bids.map(asNumbers), asks: asks.map(asNumbers) };
}

function asNumbers([price, qty]: OrderBook['bids'][number]): readonly [number, number] {
  return [toNumber(price), toNumber(qty)];
}
