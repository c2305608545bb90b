import type { DecimalText } from '#core/model/decimal-text.ts';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, type Order, type OrderStatus } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { stepOrder } from '#core/orders/order-step.ts';
import type {
  AccountListener,
  OrderName,
  OrderTicket,
  TradingFeatures,
  TradingVenue,
  VenueOrder,
  VenueTrade,
  WriteAnswer,
} from '#exchange/trading/trading-venue.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import type { PaperBroker } from '../paper/paper-broker.ts';

const FEATURES: TradingFeatures = {
  hasBracket: true,
  hasExits: true,
  hasCancelReplace: true,
  hasSocketOrders: false,
  hasUserStream: true,
  hasStops: true,
  hasTrailingStop: false,
};
const ZERO = '0' as DecimalText;
const ABOUT_PAIR: ReadonlySet<string> = new Set(['order', 'trades']);

/** What a test does to the way between the broker and the venue. */
export interface Script {
  /** Says what the broker hears instead of the answer; the command was carried out all the same. */
  answer?: (answer: WriteAnswer) => WriteAnswer;
  /** True: this event never reaches the broker. */
  loses?: (order: VenueOrder, trade: VenueTrade | undefined) => boolean;
  /** Executions that the venue's list does not show yet. */
  hides?: (trade: VenueTrade) => boolean;
  /** Questions fail. */
  isDeaf?: boolean;
  /** The venue does not have the pair any more. */
  hasNoPair?: boolean;
}

export interface ScriptedVenue extends TradingVenue {
  readonly script: Script;
  readonly calls: string[];
  readonly restarts: string[];
  /** The stream ends; whatever happens is lost until it is back. */
  disconnect(): void;
  connect(): void;
  /** An event as the venue would send it for an order of anybody. */
  emit(order: VenueOrder, trade?: VenueTrade): void;
  stateOf(clientOrderId: string): VenueOrder | undefined;
}

/** An account side whose matching is the paper broker's; everything between can be made to fail. */
export function scriptedVenue(
  paper: PaperBroker,
  features: Partial<TradingFeatures> = {},
): ScriptedVenue {
  const orders = new Map<string, Order>();
  const reasons = new Map<string, string>();
  const trades: VenueTrade[] = [];
  const script: Script = {};
  const calls: string[] = [];
  const restarts: string[] = [];
  let listener: AccountListener | undefined;
  let isUp = false;
  let collected: VenueTrade[] = [];

  const stateOf = (id: string): VenueOrder | undefined => {
    const order = orders.get(id);
    return order?.venueOrderId === undefined ? undefined : stateOfOrder(order, reasons.get(id));
  };

  function emit(order: VenueOrder, trade?: VenueTrade): void {
    if (isUp && script.loses?.(order, trade) !== true) listener?.onOrder(order, trade);
  }

  paper.listen((event) => {
    const before = orders.get(event.clientOrderId);
    if (before === undefined) return;
    const after = stepOrder(before, event).order;
    orders.set(event.clientOrderId, after);
    if ('reason' in event) reasons.set(event.clientOrderId, event.reason);
    const trade = tradeIn(event, after);
    if (trade !== undefined) {
      trades.push(trade);
      collected.push(trade);
    }
    const state = stateOf(event.clientOrderId);
    if (state !== undefined) emit(state, trade);
  });

  async function write(
    name: string,
    ids: readonly string[],
    command: () => Promise<CommandOutcome>,
  ): Promise<WriteAnswer> {
    calls.push(name);
    collected = [];
    const outcome = await command();
    const mine = collected;
    const answer = answerOf(outcome);
    return script.answer?.(answer) ?? answer;

    function answerOf(said: CommandOutcome): WriteAnswer {
      if (said.outcome === 'unknown') return said;
      if (said.outcome === 'refused') return { outcome: 'refused', code: -2010, reason: said.code };
      const refused = said.events.find((event) => event.kind === 'rejected');
      return {
        outcome: 'accepted',
        orders: ids.flatMap((id) => stateOf(id) ?? []),
        trades: mine,
        ...(refused && {
          refused: { clientOrderId: refused.clientOrderId, code: -2010, reason: refused.reason },
        }),
      };
    }
  }

  function make(ticket: OrderTicket, listId?: string): Order {
    const order = orderOf(ticket, listId);
    orders.set(order.clientOrderId, order);
    return order;
  }

  function named(name: OrderName): Order | undefined {
    if ('clientOrderId' in name) return orders.get(name.clientOrderId);
    return [...orders.values()].find(({ venueOrderId }) => venueOrderId === name.venueOrderId);
  }

  function ask<T>(name: string, answer: () => T): Promise<T> {
    calls.push(name);
    if (script.hasNoPair === true && ABOUT_PAIR.has(name)) {
      return Promise.reject(new PermanentError('venue-unknown-symbol', 'no such pair'));
    }
    if (script.isDeaf !== true) return Promise.resolve(answer());
    return Promise.reject(new TransientError('venue-unreachable', 'it does not answer'));
  }

  return {
    id: 'scripted',
    features: { ...FEATURES, ...features },
    script,
    calls,
    restarts,
    stateOf,
    emit,
    disconnect: () => {
      isUp = false;
      listener?.onGap('lost');
    },
    connect: () => {
      isUp = true;
      listener?.onSubscribed();
    },
    place: (ticket) => {
      // An id that is open stays what it is.
      const known = orders.get(ticket.clientOrderId);
      const order = known ?? make(ticket);
      return write('place', [order.clientOrderId], () => paper.place(order));
    },
    placeExits: ({ listClientOrderId, above, below }) => {
      const target = make(above, listClientOrderId);
      const stop = make(below, listClientOrderId);
      const ids = [stop.clientOrderId, target.clientOrderId];
      return write('placeExits', ids, () => paper.placeExitList({ stop, target }));
    },
    placeBracket: ({ listClientOrderId, entry, above, below }) => {
      const first = make(entry);
      const target = make(above, listClientOrderId);
      const stop = make(below, listClientOrderId);
      const ids = [first, stop, target].map(({ clientOrderId }) => clientOrderId);
      return write('placeBracket', ids, () => paper.placeBracket({ entry: first, stop, target }));
    },
    cancel: async (name) => {
      const order = named(name);
      if (order === undefined) return { outcome: 'refused', code: -2011, reason: 'Unknown order.' };
      return write('cancel', [order.clientOrderId], () => paper.cancel(order));
    },
    cancelReplace: async (name, ticket) => {
      const old = named(name);
      if (old === undefined) return { outcome: 'refused', code: -2022, reason: 'Unknown order.' };
      const next = make(ticket);
      const ids = [old.clientOrderId, next.clientOrderId];
      return write('cancelReplace', ids, () => paper.replace(old, next));
    },
    order: (name) => ask('order', () => stateOf(named(name)?.clientOrderId ?? '') ?? 'absent'),
    openOrders: () =>
      ask('openOrders', () =>
        [...orders.values()].flatMap((order) => {
          const isOpen = ['open', 'triggered', 'partly-filled', 'pending-new'];
          return isOpen.includes(order.status) ? (stateOf(order.clientOrderId) ?? []) : [];
        }),
      ),
    trades: (query) =>
      ask('trades', () =>
        trades
          .filter((trade) => script.hides?.(trade) !== true)
          .filter((trade) => !('sinceMs' in query) || trade.atMs >= query.sinceMs)
          // The venue lists executions by its own order number only.
          .map((trade) => ({ ...trade, clientOrderId: undefined })),
      ),
    balances: () => ask('balances', () => []),
    flows: () => ask('flows', () => []),
    rights: () =>
      ask('rights', () => ({
        accountId: '1',
        canTrade: true,
        canWithdraw: false,
        isIpRestricted: true,
      })),
    commission: () =>
      ask('commission', () => ({
        makerFraction: 0.001,
        takerFraction: 0.001,
        discountAsset: undefined,
      })),
    watch: (heard) => {
      listener = heard;
      return {
        get isCurrent() {
          return isUp;
        },
        restart: (reason) => {
          restarts.push(reason);
          heard.onGap(reason);
          heard.onSubscribed();
        },
        close: () => Promise.resolve(),
      };
    },
    close: () => Promise.resolve(),
  };
}

function orderOf(ticket: OrderTicket, listId: string | undefined): Order {
  const { clientOrderId, trailingDeltaBps, ...rest } = ticket;
  return {
    ...rest,
    clientOrderId: ClientOrderId.parse(clientOrderId),
    intentId: IntentId.parse('abcdefgh01234567'),
    account: 'venue',
    leg: 'entry',
    attempt: 0,
    status: 'created',
    filledQty: ZERO,
    filledQuote: ZERO,
    createdMs: 0,
    updatedMs: 0,
    ...(listId !== undefined && { listId }),
    ...(trailingDeltaBps !== undefined && { trailingFraction: trailingDeltaBps / 10_000 }),
  };
}

function stateOfOrder(order: Order, reason = ''): VenueOrder {
  const { pair, clientOrderId, side, type, status, qty, price, stopPrice } = order;
  return {
    pair,
    clientOrderId,
    venueOrderId: order.venueOrderId ?? '',
    listId: order.listId,
    side,
    type,
    status: status as Exclude<OrderStatus, 'created'>,
    qty: status === 'pending-new' ? undefined : qty,
    price,
    stopPrice,
    filledQty: order.filledQty,
    filledQuote: order.filledQuote,
    reason,
    atMs: order.updatedMs,
  };
}

function tradeIn(event: OrderEvent, order: Order): VenueTrade | undefined {
  if (event.kind !== 'fill') return undefined;
  const { account: _account, liquidity, ...fill } = event.fill;
  return { ...fill, venueOrderId: order.venueOrderId ?? '', isMaker: liquidity === 'maker' };
}
