import { TransientError, PermanentError } from '#platform/errors.ts';
import { type CcxtClient, methodOf } from '../ccxt-client.ts';
import type { WriteFailure } from '../errors.ts';
import { failureOf } from '../venue-failure.ts';
import { GenericOrder, orderFrom } from './generic-trading-shapes.ts';
import type { OrderTicket, TradingVenue, VenueOrder, WriteAnswer } from './trading-venue.ts';

/**
 * Errors by which a venue says that it did not take the order. ccxt makes them from the venue's own
 * codes; a limit, a timeout or anything else proves nothing.
 */
const REFUSALS: ReadonlySet<string> = new Set([
  'InsufficientFunds',
  'InvalidOrder',
  'BadSymbol',
  'BadRequest',
  'ArgumentsRequired',
  'AuthenticationError',
  'PermissionDenied',
  'NotSupported',
  'OrderNotFound',
]);
/** Proves that an order with this id is there. */
const DUPLICATE = 'DuplicateOrderId';

type Writes = Pick<
  TradingVenue,
  'place' | 'placeBracket' | 'placeExits' | 'cancel' | 'cancelReplace'
>;

/** Orders of any venue through ccxt's unified methods: single ones, found by the desk's own id. */
export function createGenericWrites(options: {
  readonly client: CcxtClient;
  /** Reads what ccxt needs before it can send; throws while it cannot. */
  readonly prepare: () => Promise<void>;
  /** Room for one request; throws when there is none. */
  readonly take: () => Promise<void>;
  readonly order: TradingVenue['order'];
}): Writes {
  const { client, prepare, take, order } = options;
  const unsupported = (): Promise<WriteAnswer> => Promise.resolve(notSent('the venue has none'));

  async function send(name: string, args: readonly unknown[]): Promise<unknown> {
    const method = methodOf(client, name);
    if (method === undefined) throw new PermanentError('venue-not-supported', `no ${name}`);
    return method(...args);
  }

  async function write(
    name: string,
    args: readonly unknown[],
    read: (answer: unknown) => Promise<WriteAnswer>,
  ): Promise<WriteAnswer> {
    try {
      await prepare();
      await take();
    } catch (error) {
      if (error instanceof TransientError || error instanceof PermanentError) {
        return notSent(error.message);
      }
      throw error;
    }
    try {
      return await read(await send(name, args));
    } catch (error) {
      return failureFrom(error);
    }
  }

  return {
    place: (ticket) => write('createOrder', orderArgs(ticket), (answer) => placed(ticket, answer)),
    cancel: (name) => {
      const args =
        'venueOrderId' in name
          ? [name.venueOrderId, name.pair]
          : [undefined, name.pair, { clientOrderId: name.clientOrderId }];
      return write('cancelOrder', args, async () => {
        const ended = await order(name).catch(() => 'absent' as const);
        return { outcome: 'accepted', orders: ended === 'absent' ? [] : [ended], trades: [] };
      });
    },
    placeBracket: unsupported,
    placeExits: unsupported,
    cancelReplace: unsupported,
  };

  /** Many venues answer with a number only: what became of the order is asked for then. */
  async function placed(ticket: OrderTicket, answer: unknown): Promise<WriteAnswer> {
    const { pair, clientOrderId } = ticket;
    const asked = await order({ pair, clientOrderId }).catch(() => 'absent' as const);
    const known = asked === 'absent' ? answered(ticket, answer) : asked;
    if (known === undefined) return { outcome: 'unknown', cause: 'the answer cannot be read' };
    return { outcome: 'accepted', orders: [known], trades: [] };
  }
}

function answered(ticket: OrderTicket, answer: unknown): VenueOrder | undefined {
  const { pair, side, clientOrderId, qty } = ticket;
  const shape = GenericOrder.partial().safeParse(answer);
  if (!shape.success || shape.data.id === undefined) return undefined;
  const whole = { ...shape.data, id: shape.data.id, symbol: pair, side, clientOrderId };
  const known = orderFrom({ ...whole, amount: shape.data.amount ?? qty });
  return { ...known, type: ticket.type, status: known.status === 'other' ? 'open' : known.status };
}

function orderArgs(ticket: OrderTicket): readonly unknown[] {
  const { pair, type, side, qty, price, timeInForce, clientOrderId } = ticket;
  const isMarket = type === 'market';
  const params = {
    clientOrderId,
    ...(type === 'limit-maker' && { postOnly: true }),
    ...(type === 'limit' && timeInForce !== 'gtc' && { timeInForce: timeInForce.toUpperCase() }),
  };
  // A market order with a price becomes an amount of money on some venues.
  return [pair, isMarket ? 'market' : 'limit', side, qty, isMarket ? undefined : price, params];
}

function failureFrom(error: unknown): WriteFailure {
  const { classes, message, httpStatus } = failureOf(error);
  const refusal = classes.find((name) => REFUSALS.has(name));
  const isServerFault = httpStatus !== undefined && httpStatus >= 500;
  if (refusal === undefined || isServerFault || classes.includes(DUPLICATE)) {
    return { outcome: 'unknown', cause: classes[0] ?? 'no answer' };
  }
  return { outcome: 'refused', code: httpStatus ?? 0, reason: `${refusal}: ${message}` };
}

function notSent(reason: string): WriteFailure {
  return { outcome: 'refused', code: 0, reason: `not sent: ${reason}` };
}
