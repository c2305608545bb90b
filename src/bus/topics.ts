import { z } from 'zod';
import { Candle } from '#core/model/candle.ts';
import { ToldEvent } from '#core/model/desk-event.ts';
import { OrderBook, PublicTrade, Quote } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { RiskState } from '#core/model/risk-state.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import { Universe } from '#core/model/universe.ts';
import { defineTopic } from './contract.ts';

/** Best bid and ask of the pairs that changed, conflated: at most some ten batches a second. */
export const quotes = defineTopic({
  name: 'quotes',
  version: 1,
  payload: z.array(Quote),
  from: 'data',
  to: ['execution', 'risk', 'gateway', 'notifier'],
  resync: 'the next batch; every pair is repeated at least once a second',
});

/** The best 20 levels a side of the pairs that changed, conflated. */
export const books = defineTopic({
  name: 'books',
  version: 1,
  payload: z.array(OrderBook),
  from: 'data',
  to: ['execution'],
  resync: 'the next batch; every pair is repeated at least once a second',
});

/** Every public trade, in batches of some 50 ms. */
export const trades = defineTopic({
  name: 'trades',
  version: 1,
  payload: z.array(PublicTrade),
  from: 'data',
  to: ['execution'],
  resync: 'REST aggregate trades from the last id the ledger has marked',
});

/** A candle that became final, for whoever shows or counts it; the work goes by `evaluations`. */
export const candles = defineTopic({
  name: 'candles',
  version: 1,
  payload: z.strictObject({ pair: Pair, timeframe: Timeframe, candle: Candle }),
  from: 'data',
  to: ['gateway'],
  resync: 'the candle series in the shared cache',
});

/**
 * What execution did, after it is committed. For those who follow the ledger's events it is a nudge:
 * they read from their own number on and lose nothing with a message.
 */
export const deskEvents = defineTopic({
  name: 'desk-events',
  version: 2,
  payload: ToldEvent,
  from: 'execution',
  to: ['gateway', 'notifier', 'risk'],
  resync: "the ledger's events from the last number on, and the states account and positions",
});

/** The universe has changed: a nudge that carries the new one whole. */
export const universeChanges = defineTopic({
  name: 'universe-changes',
  version: 1,
  payload: Universe,
  from: 'pair-selector',
  to: ['data', 'execution', 'gateway'],
  resync: 'the state universe',
});

/** The level of the portfolio has changed: what is sold for it must not be bought back meanwhile. */
export const riskChanges = defineTopic({
  name: 'risk-changes',
  version: 1,
  payload: RiskState,
  from: 'risk',
  to: ['execution'],
  resync: 'the state risk, which execution reads each second',
});

export const TOPICS = [
  quotes,
  books,
  trades,
  candles,
  deskEvents,
  universeChanges,
  riskChanges,
] as const;
