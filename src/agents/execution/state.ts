import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Halt, HaltKind } from '#core/model/halt.ts';
import type { ClientOrderId, Order } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Position } from '#core/model/position.ts';
import type { Protection } from '#core/orders/pair-view.ts';
import { isEnded } from '#core/orders/transitions.ts';
import { isZero } from '#core/money/decimal.ts';
import type { AccountFigures, CommandRecord } from '#ledger/records.ts';

/** Money of the account as of the last commit. */
export interface Funds {
  readonly figures: AccountFigures;
  readonly freeQuote: DecimalText;
  readonly heldQuote: DecimalText;
}

/** One change that a transaction made; applied to the memory after its commit. */
export type Change =
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'command'; readonly command: CommandRecord }
  | { readonly kind: 'settled'; readonly id: string }
  | { readonly kind: 'protection'; readonly pair: Pair; readonly protection: Protection }
  | { readonly kind: 'stop-refusals'; readonly pair: Pair; readonly count: number }
  | { readonly kind: 'stop-fired'; readonly pair: Pair; readonly hasFired: boolean }
  | { readonly kind: 'halt'; readonly halt: Halt }
  | { readonly kind: 'halt-lifted'; readonly halt: HaltKind }
  | { readonly kind: 'funds'; readonly funds: Funds };

/**
 * What the ledger says, kept in memory so that the gate need not ask. Never ahead of the ledger:
 * only {@link applyChange} writes, and only what is committed.
 */
export interface DeskState {
  funds: Funds;
  /** Not ended. */
  readonly orders: Map<ClientOrderId, Order>;
  readonly positions: Map<Pair, Position>;
  /** Without a known outcome. */
  readonly commands: Map<string, CommandRecord>;
  readonly protections: Map<Pair, Protection>;
  /** Stops of the present position that the venue refused or ended by itself, in a row. */
  readonly stopRefusals: Map<Pair, number>;
  /** Pairs whose stop was reached and ended before it had sold everything. */
  readonly firedStops: Set<Pair>;
  readonly halts: Map<HaltKind, Halt>;
}

export function applyChange(state: DeskState, change: Change): void {
  switch (change.kind) {
    case 'order':
      if (isEnded(change.order.status)) state.orders.delete(change.order.clientOrderId);
      else state.orders.set(change.order.clientOrderId, change.order);
      return;
    case 'position':
      applyPosition(state, change.position);
      return;
    case 'command':
      state.commands.set(change.command.id, change.command);
      return;
    case 'settled':
      state.commands.delete(change.id);
      return;
    case 'protection':
      state.protections.set(change.pair, change.protection);
      return;
    case 'stop-refusals':
      state.stopRefusals.set(change.pair, change.count);
      return;
    case 'stop-fired':
      if (change.hasFired) state.firedStops.add(change.pair);
      else state.firedStops.delete(change.pair);
      return;
    case 'halt':
      state.halts.set(change.halt.kind, change.halt);
      return;
    case 'halt-lifted':
      state.halts.delete(change.halt);
      return;
    case 'funds':
      state.funds = change.funds;
      return;
  }
}

function applyPosition(state: DeskState, position: Position): void {
  if (!isZero(position.qty)) {
    state.positions.set(position.pair, position);
    return;
  }
  state.positions.delete(position.pair);
  state.stopRefusals.delete(position.pair);
  state.firedStops.delete(position.pair);
}

export function ordersOf(state: DeskState, pair: Pair): readonly Order[] {
  return [...state.orders.values()].filter((order) => order.pair === pair);
}

export function hasUnsettled(
  state: DeskState,
  pair: Pair,
  except: ReadonlySet<string> = NONE,
): boolean {
  for (const { id, pair: about } of state.commands.values()) {
    if (about === pair && !except.has(id)) return true;
  }
  return false;
}

const NONE: ReadonlySet<string> = new Set();
