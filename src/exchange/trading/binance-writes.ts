import { z } from 'zod';
import type { Pair } from '#core/model/pair.ts';
import { classifyWriteError, type WriteFailure } from '../errors.ts';
import { ErrorBody, type VenueFailure } from '../venue-failure.ts';
import {
  bracketParams,
  cancelParams,
  cancelReplaceParams,
  exitsParams,
  orderParams,
} from './order-params.ts';
import { ListPayload, orderOf, OrderPayload, tradesIn } from './order-shapes.ts';
import type { OrderName, OrderTicket, TradingVenue, WriteAnswer } from './trading-venue.ts';
import type { WriteCall, WriteWire } from './write-wire.ts';

type Writes = Pick<
  TradingVenue,
  'place' | 'placeBracket' | 'placeExits' | 'cancel' | 'cancelReplace'
>;

/** Orders of a Binance-shaped venue: tickets out, what is known back. */
export function createBinanceWrites(options: {
  readonly send: WriteWire;
  readonly symbolOf: (pair: Pair) => string;
}): Writes {
  const { send, symbolOf } = options;

  async function write(pair: Pair, call: WriteCall, read: Read): Promise<WriteAnswer> {
    const reply = await send(call);
    switch (reply.kind) {
      case 'not-sent':
        return reply.failure;
      case 'failed':
        return classifyWriteError(reply.failure);
      case 'answer':
        return read(pair, reply.body);
    }
  }

  return {
    place: (ticket) => {
      const { pair, side, notAfterMs } = ticket;
      const params = orderParams(symbolOf(pair), ticket);
      const call = { name: 'place', method: 'privatePostOrder', socketMethod: 'order.place' };
      const sent = { ...call, params, orders: 1, isUrgent: side === 'sell', notAfterMs };
      return write(pair, sent, about([ticket.clientOrderId], oneOrder));
    },

    placeExits: (ticket) => {
      const { pair, notAfterMs } = ticket.above;
      const params = exitsParams(symbolOf(pair), ticket);
      const call = {
        name: 'place-exits',
        method: 'privatePostOrderListOco',
        socketMethod: 'orderList.place.oco',
      };
      const ids = [ticket.above.clientOrderId, ticket.below.clientOrderId];
      const sent = { ...call, params, orders: 2, isUrgent: true, notAfterMs };
      return write(pair, sent, about(ids, orderList));
    },

    placeBracket: (ticket) => {
      const { pair, notAfterMs } = ticket.entry;
      const params = bracketParams(symbolOf(pair), ticket);
      const call = {
        name: 'place-bracket',
        method: 'privatePostOrderListOpoco',
        socketMethod: 'orderList.place.opoco',
      };
      const ids = [ticket.entry, ticket.above, ticket.below].map((leg) => leg.clientOrderId);
      const sent = { ...call, params, orders: 3, isUrgent: false, notAfterMs };
      return write(pair, sent, about(ids, orderList));
    },

    cancel: (order) => {
      const params = cancelParams(symbolOf(order.pair), order);
      const call = { name: 'cancel', method: 'privateDeleteOrder', socketMethod: 'order.cancel' };
      return write(order.pair, { ...call, params, orders: 0, isUrgent: true }, cancelled);
    },

    cancelReplace: async (old, ticket) => {
      const reply = await send(replaceCall(symbolOf(ticket.pair), old, ticket));
      switch (reply.kind) {
        case 'not-sent':
          return reply.failure;
        case 'failed':
          return partlyDone(ticket, reply.failure);
        case 'answer':
          return replaced(ticket.pair, reply.body);
      }
    },
  };
}

function replaceCall(symbol: string, old: OrderName, ticket: OrderTicket): WriteCall {
  return {
    name: 'cancel-replace',
    method: 'privatePostOrderCancelReplace',
    socketMethod: 'order.cancelReplace',
    params: cancelReplaceParams(symbol, old, ticket),
    orders: 1,
    isUrgent: ticket.side === 'sell',
    notAfterMs: ticket.notAfterMs,
  };
}

type Read = (pair: Pair, body: unknown) => WriteAnswer;

/** An answer about other orders than those that were sent says nothing about these. */
function about(ids: readonly string[], read: Read): Read {
  return (pair, body) => {
    const answer = read(pair, body);
    if (answer.outcome !== 'accepted') return answer;
    const known = new Set(answer.orders.map(({ clientOrderId }) => clientOrderId));
    return ids.every((id) => known.has(id)) ? answer : unreadable();
  };
}

function oneOrder(pair: Pair, body: unknown): WriteAnswer {
  const payload = OrderPayload.safeParse(body);
  return payload.success ? accepted(pair, [payload.data]) : unreadable();
}

function orderList(pair: Pair, body: unknown): WriteAnswer {
  const list = ListPayload.safeParse(body);
  return list.success ? accepted(pair, list.data.orderReports) : unreadable();
}

/** An order of a list takes the whole list with it, and the answer is then about the list. */
function cancelled(pair: Pair, body: unknown): WriteAnswer {
  const list = ListPayload.safeParse(body);
  return list.success ? accepted(pair, list.data.orderReports) : oneOrder(pair, body);
}

const Replaced = z.looseObject({ cancelResponse: z.unknown(), newOrderResponse: OrderPayload });

function replaced(pair: Pair, body: unknown): WriteAnswer {
  const parsed = Replaced.safeParse(body);
  if (!parsed.success) return unreadable();
  const old = cancelled(pair, parsed.data.cancelResponse);
  if (old.outcome !== 'accepted') return unreadable();
  const next = accepted(pair, [parsed.data.newOrderResponse]);
  return {
    outcome: 'accepted',
    orders: [...old.orders, ...next.orders],
    trades: [...old.trades, ...next.trades],
  };
}

const Halves = z.looseObject({
  cancelResult: z.enum(['SUCCESS', 'FAILURE', 'NOT_ATTEMPTED']),
  newOrderResult: z.enum(['SUCCESS', 'FAILURE', 'NOT_ATTEMPTED']),
  cancelResponse: z.unknown(),
  newOrderResponse: z.unknown(),
});
const HALF_DONE = -2021;
const NOTHING_DONE = -2022;

/**
 * The two halves have an error each: nothing was placed when the old order could not be cancelled;
 * when it could, only a refusal that we know keeps the new order from being in the dark.
 */
function partlyDone(ticket: OrderTicket, failure: VenueFailure): WriteAnswer {
  if (failure.venueCode !== HALF_DONE && failure.venueCode !== NOTHING_DONE) {
    return classifyWriteError(failure);
  }
  const halves = Halves.safeParse(failure.venueData);
  if (!halves.success) return unreadable();
  const { cancelResult, newOrderResult, cancelResponse, newOrderResponse } = halves.data;
  if (cancelResult === 'FAILURE' && newOrderResult === 'NOT_ATTEMPTED') {
    return refusalIn(cancelResponse);
  }
  const refusal = refusalIn(newOrderResponse);
  const old = cancelled(ticket.pair, cancelResponse);
  const isHalf = cancelResult === 'SUCCESS' && newOrderResult === 'FAILURE';
  if (!isHalf || refusal.outcome !== 'refused' || old.outcome !== 'accepted') return unreadable();
  const { code, reason } = refusal;
  return { ...old, refused: { clientOrderId: ticket.clientOrderId, code, reason } };
}

/** An error inside an answer, judged as if it had come by itself. */
function refusalIn(response: unknown): WriteFailure {
  const error = ErrorBody.safeParse(response);
  if (!error.success) return unreadable();
  const { code, msg } = error.data;
  return classifyWriteError({
    classes: [],
    message: '',
    httpStatus: 400,
    venueCode: code,
    venueMessage: msg,
  });
}

type Accepted = WriteAnswer & { readonly outcome: 'accepted' };

function accepted(pair: Pair, payloads: readonly OrderPayload[]): Accepted {
  return {
    outcome: 'accepted',
    orders: payloads.map((payload) => orderOf(pair, payload)),
    trades: payloads.flatMap((payload) => tradesIn(pair, payload)),
  };
}

function unreadable(): WriteFailure {
  return { outcome: 'unknown', cause: 'the answer cannot be read' };
}
