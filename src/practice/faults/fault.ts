/**
 * The closed catalogue of faults. Every fault has a name, a target, a start, a length, a chance and
 * a count; tests iterate over `FAULT_KINDS`. What a fault does is carried out where the data or the
 * order passes (rest-faults.ts, order-faults.ts, the stream hub, the sessions); here is only what
 * it is.
 */
import { z } from 'zod';

const Millis = z.number().int().min(0).max(86_400_000);

/** All given parts must match; `*` stands for any run of characters. */
export const FaultTarget = z.strictObject({
  symbol: z.string().min(1).optional(),
  /** `btcusdt@kline_1s`, `*@trade`; `userData` is every account's own stream. */
  stream: z.string().min(1).optional(),
  /** `/api/v3/klines`; a method of the WebSocket API by the route of the same call. */
  route: z.string().min(1).optional(),
  /** With `/api/v3/order`: POST places, DELETE cancels, GET asks. */
  verb: z.enum(['GET', 'POST', 'DELETE']).optional(),
  /** Of the order a request names. */
  side: z.enum(['BUY', 'SELL']).optional(),
});
export type FaultTarget = z.output<typeof FaultTarget>;

const common = {
  target: FaultTarget.prefault({}),
  /** Waits this long before it begins. */
  afterMs: Millis.default(0),
  /** Without it the fault lasts until it is deleted. */
  durationMs: Millis.min(1).optional(),
  /** Chance per request, event or connection. */
  probability: z.number().gt(0).max(1).default(1),
  /** Hits at most this often per request or event; then it does nothing more. */
  count: z.number().int().min(1).optional(),
};

/**
 * What an order fault does to a write over REST or the WebSocket API, besides spoiling the answer:
 * `before` it never reaches the engine, `after` it was executed, `late` it is executed `lateMs`
 * after the caller has lost the answer (forwarded already, so no recvWindow protects any more).
 */
const order = {
  when: z.enum(['before', 'after', 'late']).default('after'),
  lateMs: Millis.default(3000),
};

const kind = <K extends string, S extends z.core.$ZodLooseShape>(name: K, shape: S) =>
  z.strictObject({ kind: z.literal(name), ...common, ...shape });

const decimal = z.string().regex(/^\d+(\.\d+)?$/);
const delta = z.string().regex(/^-?\d+(\.\d{1,8})?$/);

const DataPathFault = z.discriminatedUnion('kind', [
  /** Cuts the matching connections at the start, and again each `everyMs` while it lasts. */
  kind('socket-drop', { everyMs: Millis.min(100).optional() }),
  /** The socket stays up and answers pings, but sends nothing; on new connections too if asked. */
  kind('socket-mute', { newConnections: z.boolean().default(false) }),
  kind('socket-delay', { delayMs: Millis.default(1000) }),
  kind('socket-throttle', { messagesPerSecond: z.number().positive().default(1) }),
  /** New WebSocket connections are refused. */
  kind('socket-refuse', {}),
  /** The connection is destroyed as soon as the request is read. */
  kind('rest-refuse', {}),
  /** No answer ever comes. */
  kind('rest-hang', {}),
  kind('rest-delay', { delayMs: Millis.default(3000) }),
  kind('rest-5xx', { status: z.number().int().min(500).max(599).default(502) }),
  /** The connection is reset in the middle of the body. */
  kind('rest-reset', {}),
  /** HTTP 200 with a body that is not JSON. */
  kind('rest-garbage', {}),
  /** HTTP 200 without a body. */
  kind('rest-empty', {}),
  kind('event-duplicate', {}),
  kind('event-late', { delayMs: Millis.default(1500) }),
  /** An event is held until the next one of its stream has gone out. */
  kind('event-reorder', {}),
  kind('event-missing', {}),
  kind('rate-limit', { retryAfterS: z.number().int().min(1).max(3600).default(5) }),
  kind('ip-ban', { banMs: Millis.min(1).default(120_000) }),
  /** Everything the exchange says about the time is off by this much. */
  kind('clock-offset', { offsetMs: z.number().int().min(-86_400_000).max(86_400_000) }),
  /** The trading rules of the target symbol change. */
  kind('filter-change', {
    tickSize: decimal.optional(),
    stepSize: decimal.optional(),
    minNotional: decimal.optional(),
    /** Takers execute only within these multiples of the reference price. */
    priceRange: z.strictObject({ up: decimal, down: decimal }).optional(),
  }),
  /** `break`: symbols stop trading. `closed`: the API answers 503 and sockets are sent away. */
  kind('maintenance', { mode: z.enum(['break', 'closed']).default('break') }),
]);

const OrderPathFault = z.discriminatedUnion('kind', [
  /** The connection is destroyed without an answer. */
  kind('order-refuse', order),
  /** No answer ever comes; the connection stays. */
  kind('order-hang', order),
  /** `code` null: a page of HTML (over WebSocket: -1000). */
  kind('order-5xx', {
    ...order,
    status: z.number().int().min(500).max(599).default(503),
    code: z.literal([-1000, -1006, -1007, -1008]).nullable().default(-1007),
  }),
  /** The connection is reset in the middle of the answer. */
  kind('order-reset', order),
  /** An answer that is not JSON. */
  kind('order-garbage', order),
  /** An answer of no bytes. */
  kind('order-empty', order),
  /** A write waits this long in the venue before its time is checked again and it is matched. */
  kind('order-delay', { delayMs: Millis.default(3000) }),
  /** 429 with -1015, as for too many unfilled orders. */
  kind('order-limit', { retryAfterS: z.number().int().min(1).max(3600).default(5) }),
  /** Orders and trades younger than this are not found by queries yet (-2013). */
  kind('query-lag', { lagMs: Millis.default(2000) }),
  /** -2015 for every signed request: the key was revoked, or its rights changed. */
  kind('key-refused', {}),
  /** The target symbol takes cancels only. */
  kind('cancel-only', {}),
  /** A balance changes and no history says why; once, when the fault begins. */
  kind('balance-moved', { uid: z.number().int().optional(), asset: z.string().min(1), delta }),
]);

export const Fault = z.discriminatedUnion('kind', [
  ...DataPathFault.options,
  ...OrderPathFault.options,
]);
export type Fault = z.output<typeof Fault>;
export type FaultKind = Fault['kind'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

export type DataFaultKind = z.output<typeof DataPathFault>['kind'];
export type OrderFaultKind = z.output<typeof OrderPathFault>['kind'];

/** What may happen to market data on its way. */
export const DATA_FAULT_KINDS: readonly DataFaultKind[] = DataPathFault.options.map(
  (option) => option.shape.kind.value,
);
/** What may happen to an order, its answer, and what the venue says of it later. */
export const ORDER_FAULT_KINDS: readonly OrderFaultKind[] = OrderPathFault.options.map(
  (option) => option.shape.kind.value,
);
export const FAULT_KINDS: readonly FaultKind[] = [...DATA_FAULT_KINDS, ...ORDER_FAULT_KINDS];
