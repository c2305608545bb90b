import {
  finalOutcome,
  judgeBook,
  judgeTrade,
  type Judgement,
  type SeenBook,
  type SeenTrade,
  UNDECIDED,
} from './market-judge.ts';
import { type FidelityScore, MARKOUT_MS, scoreOrder } from './score.ts';
import type { Outcome, WatchedOrder } from './watched-order.ts';

/** After its end an order is looked at for so long: markouts, and fills that paper was early with. */
export const AFTER_MS = 60_000;

/** What one side says about an order so far. */
interface Side {
  readonly isWorked: boolean;
  readonly filledQty: number;
  readonly filledQuote: number;
  readonly filledMs: number | undefined;
  readonly endedMs: number | undefined;
}

const NOTHING: Side = {
  isWorked: false,
  filledQty: 0,
  filledQuote: 0,
  filledMs: undefined,
  endedMs: undefined,
};

/** An order that is being scored. `venue` is heard only where a paper twin runs beside a live order. */
export interface OrderWatch {
  readonly order: WatchedOrder;
  readonly arrival: { readonly bid: number; readonly ask: number };
  readonly judgement: Judgement;
  readonly paper: Side;
  readonly venue: Side | undefined;
  readonly mids: readonly (number | undefined)[];
}

export type WatchNews =
  | { readonly kind: 'book'; readonly book: SeenBook; readonly latencyMs: number }
  | { readonly kind: 'trade'; readonly trade: SeenTrade }
  | { readonly kind: 'worked' | 'ended'; readonly side: 'paper' | 'venue'; readonly atMs: number }
  | {
      readonly kind: 'fill';
      readonly side: 'paper' | 'venue';
      readonly qty: number;
      readonly price: number;
      readonly atMs: number;
    };

export function beginWatch(
  order: WatchedOrder,
  arrival: OrderWatch['arrival'],
  hasTwin: boolean,
): OrderWatch {
  const venue = hasTwin ? NOTHING : undefined;
  const mids = MARKOUT_MS.map(() => undefined);
  return { order, arrival, judgement: UNDECIDED, paper: NOTHING, venue, mids };
}

export function stepWatch(watch: OrderWatch, news: WatchNews): OrderWatch {
  const { order, judgement } = watch;
  switch (news.kind) {
    case 'book':
      return withMids({ ...watch, judgement: judgeBook(judgement, order, news) }, news.book);
    case 'trade': {
      const endMs = watch.paper.endedMs;
      // A cancelled order cannot fill any more; one that filled on paper might have filled later.
      const isOver = endMs !== undefined && watch.paper.filledQty === 0 && news.trade.atMs > endMs;
      return isOver ? watch : { ...watch, judgement: judgeTrade(judgement, order, news.trade) };
    }
    case 'worked':
      return worked(watch, news);
    case 'ended':
      return on(watch, news.side, (side) => ({ ...side, endedMs: side.endedMs ?? news.atMs }));
    case 'fill':
      return on(watch, news.side, (side) => ({
        ...side,
        isWorked: true,
        filledQty: side.filledQty + news.qty,
        filledQuote: side.filledQuote + news.qty * news.price,
        filledMs: side.filledMs ?? news.atMs,
      }));
  }
}

/** The side that ended last: until a while after it there may be more to see. */
export function isWatchOver(watch: OrderWatch, nowMs: number): boolean {
  const ends = [watch.paper, ...(watch.venue === undefined ? [] : [watch.venue])].map(
    ({ endedMs }) => endedMs,
  );
  const [paperMs, venueMs = paperMs] = ends;
  // A twin that has not heard of its order's end is not waited for.
  const lastMs = watch.venue === undefined ? paperMs : venueMs;
  return lastMs !== undefined && nowMs - lastMs > AFTER_MS;
}

/** Undefined when there is nothing to compare: a side never had the order. */
export function watchScore(watch: OrderWatch): FidelityScore | undefined {
  const { order, arrival, paper, venue, mids, judgement } = watch;
  if (!paper.isWorked || venue?.isWorked === false) return undefined;
  const truth = venue === undefined ? finalOutcome(judgement, order) : outcomeOf(venue);
  return scoreOrder({ order, arrival, paper: outcomeOf(paper), truth, mids });
}

/** A waiting order sees the market from when it works, which for the exits of a bracket is later. */
function worked(
  watch: OrderWatch,
  { side, atMs }: { readonly side: 'paper' | 'venue'; readonly atMs: number },
): OrderWatch {
  const after = on(watch, side, (known) => ({ ...known, isWorked: true }));
  const own = watch.venue ?? watch.paper;
  const isFirst = side === (watch.venue === undefined ? 'paper' : 'venue') && !own.isWorked;
  if (!isFirst || watch.order.style === 'taker') return after;
  return { ...after, order: { ...watch.order, createdMs: atMs }, judgement: UNDECIDED };
}

function outcomeOf(side: Side): Outcome {
  const isFilled = side.filledQty > 0;
  return { isFilled, price: isFilled ? side.filledQuote / side.filledQty : undefined };
}

function on(watch: OrderWatch, name: 'paper' | 'venue', change: (side: Side) => Side): OrderWatch {
  if (name === 'paper') return { ...watch, paper: change(watch.paper) };
  return watch.venue === undefined ? watch : { ...watch, venue: change(watch.venue) };
}

function withMids(watch: OrderWatch, book: SeenBook): OrderWatch {
  const filledMs = watch.venue?.filledMs ?? watch.paper.filledMs;
  const [bid] = book.bids[0] ?? [];
  const [ask] = book.asks[0] ?? [];
  if (filledMs === undefined || bid === undefined || ask === undefined) return watch;
  const mids = watch.mids.map((known, n) => {
    const dueMs = filledMs + (MARKOUT_MS[n] ?? 0);
    return known ?? (book.atMs >= dueMs ? (bid + ask) / 2 : undefined);
  });
  return { ...watch, mids };
}
