import type { Clock } from '#platform/clock/clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { WeightBudget } from '../budget.ts';
import { type CcxtClient, methodOf } from '../ccxt-client.ts';
import { classifyWriteError, rateLimitWaitMs, type WriteFailure } from '../errors.ts';
import type { VenueMetrics } from '../metrics.ts';
import { ErrorBody, failureOf, retryAfterIn, type VenueFailure } from '../venue-failure.ts';
import { limitsIn, type OrderBudget, type OrdersUnderWay } from './order-budget.ts';
import type { Params } from './order-params.ts';
import type { RequestSigner } from './request-signer.ts';
import type { SocketReply, SocketSession } from './socket-session.ts';

/**
 * Sends a write once: over the socket while it is up, over REST otherwise, never over both. What
 * was never sent is refused with code 0 or the code of the limit that kept it back.
 */
export interface WriteCall {
  /** For the metrics. */
  readonly name: string;
  /** ccxt's method for the endpoint. */
  readonly method: string;
  readonly socketMethod: string;
  readonly params: Params;
  /** New orders that it counts as. */
  readonly orders: number;
  /** What takes risk off the account may use the reserve of the limits. */
  readonly isUrgent: boolean;
  /** Venue time after which it is not sent any more: somebody counts with that. */
  readonly notAfterMs?: number | undefined;
}

export type WriteReply =
  | { readonly kind: 'answer'; readonly body: unknown }
  | { readonly kind: 'failed'; readonly failure: VenueFailure }
  | { readonly kind: 'not-sent'; readonly failure: WriteFailure };

interface Dated {
  readonly call: WriteCall;
  readonly underWay: OrdersUnderWay | undefined;
}

export type WriteWire = (call: WriteCall) => Promise<WriteReply>;

/** How long the venue may take a request for valid; the fence of the broker counts with it. */
export const RECV_WINDOW_MS = 2_000;
/** An order that waits for room longer than this is better decided anew. */
const ROOM_WITHIN_MS = 100;
const TOO_MANY_ORDERS = -1015;
const TOO_MANY_REQUESTS = -1003;

export interface WireOptions {
  readonly client: CcxtClient;
  /** Undefined: everything goes over REST. */
  readonly session: SocketSession | undefined;
  readonly isSocketOnly: boolean;
  readonly signer: RequestSigner;
  readonly budget: WeightBudget;
  readonly orderBudget: OrderBudget;
  /** The venue's time. */
  readonly clock: Clock;
  readonly metrics: VenueMetrics;
  readonly requestTimeoutMs: number;
}

export function createWriteWire(options: WireOptions): WriteWire {
  const { clock, metrics, budget, orderBudget } = options;

  async function hasWeight(): Promise<WriteFailure | undefined> {
    try {
      await budget.take(1, { priority: 'order', withinMs: ROOM_WITHIN_MS });
      return undefined;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      return notSent(TOO_MANY_REQUESTS, error.message);
    }
  }

  /** In one go with the stamp: whatever stops the process after it, the venue refuses the stamp. */
  function datedOf(call: WriteCall): Dated | WriteFailure {
    const { orders, isUrgent, params, notAfterMs = Infinity } = call;
    const timestamp = Math.floor(clock.now());
    if (timestamp > notAfterMs) return notSent(0, 'the order has become old');
    // Last, so that what is not sent is not counted.
    const underWay = orders === 0 ? undefined : orderBudget.take(orders, { isUrgent });
    if (orders > 0 && underWay === undefined) {
      return notSent(TOO_MANY_ORDERS, 'our own limit of new orders is reached');
    }
    const dated = { ...params, recvWindow: RECV_WINDOW_MS, timestamp };
    return { call: { ...call, params: dated }, underWay };
  }

  function noteLimit(failure: VenueFailure): void {
    const waitMs = rateLimitWaitMs(failure);
    if (waitMs === undefined) return;
    // A limit of orders leaves queries and cancels free.
    if (failure.venueCode === TOO_MANY_ORDERS && failure.httpStatus !== 418) {
      orderBudget.block(waitMs);
    } else {
      budget.block(waitMs);
      metrics.blockedSeconds.set(budget.blockedMs() / 1_000);
    }
  }

  return async (given) => {
    const refusal = await hasWeight();
    if (refusal !== undefined) return { kind: 'not-sent', failure: refusal };
    const dated = datedOf(given);
    if ('outcome' in dated) return { kind: 'not-sent', failure: dated };
    const { call, underWay } = dated;
    const sentMs = clock.monotonic();
    const reply = await carried(options, call).finally(() => underWay?.done());
    if (reply.kind === 'failed') noteLimit(reply.failure);
    metrics.requests.inc({ call: call.name, outcome: outcomeOf(reply) });
    metrics.requestSeconds.observe({ call: call.name }, (clock.monotonic() - sentMs) / 1_000);
    return reply;
  };
}

async function carried(options: WireOptions, call: WriteCall): Promise<WriteReply> {
  return (await overSocket(options, call)) ?? overRest(options, call);
}

/** Undefined when nothing was sent and REST may be used. */
async function overSocket(options: WireOptions, call: WriteCall): Promise<WriteReply | undefined> {
  const { session, signer, requestTimeoutMs, isSocketOnly } = options;
  const closed = isSocketOnly
    ? ({ kind: 'not-sent', failure: notSent(0, 'the socket for orders is down') } as const)
    : undefined;
  if (session === undefined) return undefined;
  if (!session.isUp) return closed;
  const signed = signer.sign(call.params);
  const outcome = await session.request(call.socketMethod, signed, requestTimeoutMs);
  switch (outcome.kind) {
    case 'not-sent':
      return closed;
    case 'lost':
      return { kind: 'failed', failure: { classes: ['SocketLost'], message: outcome.cause } };
    case 'reply':
      return replyOf(options, outcome.reply);
  }
}

function replyOf({ orderBudget, budget }: WireOptions, reply: SocketReply): WriteReply {
  const { orders, weight } = limitsIn(reply.rateLimits);
  for (const count of orders) orderBudget.observe(count);
  if (weight !== undefined) budget.observe(weight);
  if (reply.status === 200) return { kind: 'answer', body: reply.result };
  const error = ErrorBody.safeParse(reply.error);
  const known = error.success
    ? { venueCode: error.data.code, venueMessage: error.data.msg, venueData: error.data.data }
    : {};
  const retryAfterMs = error.success ? retryAfterIn(error.data.data) : undefined;
  const when = retryAfterMs === undefined ? {} : { retryAfterMs };
  const failure = { classes: [], message: '', httpStatus: reply.status, ...known, ...when };
  return { kind: 'failed', failure };
}

async function overRest({ client }: WireOptions, call: WriteCall): Promise<WriteReply> {
  const method = methodOf(client, call.method);
  if (method === undefined) {
    return { kind: 'not-sent', failure: notSent(0, 'ccxt has no such call for this venue') };
  }
  try {
    return { kind: 'answer', body: await method(call.params) };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error) };
  }
}

function notSent(code: number, reason: string): WriteFailure {
  return { outcome: 'refused', code, reason: `not sent: ${reason}` };
}

function outcomeOf(reply: WriteReply): string {
  switch (reply.kind) {
    case 'answer':
      return 'ok';
    case 'not-sent':
      return 'not-sent';
    case 'failed':
      return classifyWriteError(reply.failure).outcome;
  }
}
