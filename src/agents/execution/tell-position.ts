import { isEqual, isZero } from '#core/money/decimal.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import type { Position } from '#core/model/position.ts';
import { profitFraction } from '#core/portfolio/profit-fraction.ts';
import type { RoundTrip } from '#ledger/records.ts';
import type { Draft } from './journal.ts';

/** What ended a position: the leg of an order, or `dust` and `written-off` without one. */
export interface Closing {
  readonly roundTrip: RoundTrip | undefined;
  readonly cause: string;
}

/**
 * Memory and others are told how a position is now. Of what one transaction says about a pair the
 * last word is enough: a fill and the levels that go with it are one event.
 */
export function tellPosition(draft: Draft, position: Position, closing?: Closing): void {
  draft.changes.push({ kind: 'position', position });
  const { pair } = position;
  const before = draft.events.findLastIndex((event) => isAbout(event, pair));
  if (draft.events[before]?.kind === 'position.changed') draft.events.splice(before, 1);
  const roundTrip = closing?.roundTrip;
  if (closing === undefined || roundTrip === undefined) {
    draft.events.push({ kind: 'position.changed', position });
    return;
  }
  const { profitQuote, boughtQuote } = roundTrip;
  const fraction = profitFraction(profitQuote, boughtQuote);
  const { cause } = closing;
  draft.events.push({
    kind: 'position.closed',
    position,
    profitQuote,
    ...(fraction !== undefined && { profitFraction: fraction }),
    cause,
  });
}

function isAbout(event: DeskEvent, pair: Position['pair']): boolean {
  const isPosition = event.kind === 'position.changed' || event.kind === 'position.closed';
  return isPosition && event.position.pair === pair;
}

/** A stop that was shown before and is shown elsewhere now, by trailing or because it had to be. */
export function tellStop(draft: Draft, before: Position, after: Position): void {
  const { account, pair, stopPrice: previousStopPrice } = before;
  const { stopPrice } = after;
  if (stopPrice === undefined || previousStopPrice === undefined || isZero(after.qty)) return;
  if (isEqual(stopPrice, previousStopPrice)) return;
  draft.events.push({ kind: 'stop.moved', account, pair, stopPrice, previousStopPrice });
}
