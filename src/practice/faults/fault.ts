/**
 * The closed catalogue of faults on the data path. Every fault has a name, a target, a start, a
 * length and a chance; tests iterate over `FAULT_KINDS`. What a fault does is carried out where
 * the data passes (rest-faults.ts, the stream hub, the socket session); here is only what it is.
 */
import { z } from 'zod';

const Millis = z.number().int().min(0).max(86_400_000);

/** All given parts must match; `*` stands for any run of characters. */
export const FaultTarget = z.strictObject({
  symbol: z.string().min(1).optional(),
  /** `btcusdt@kline_1s`, `*@trade`. */
  stream: z.string().min(1).optional(),
  /** `/api/v3/klines`. */
  route: z.string().min(1).optional(),
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
};

const kind = <K extends string, S extends z.core.$ZodLooseShape>(name: K, shape: S) =>
  z.strictObject({ kind: z.literal(name), ...common, ...shape });

const decimal = z.string().regex(/^\d+(\.\d+)?$/);

export const Fault = z.discriminatedUnion('kind', [
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
  }),
  /** `break`: symbols stop trading. `closed`: the API answers 503 and sockets are sent away. */
  kind('maintenance', { mode: z.enum(['break', 'closed']).default('break') }),
]);
export type Fault = z.output<typeof Fault>;
export type FaultKind = Fault['kind'];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

export const FAULT_KINDS: readonly FaultKind[] = Fault.options.map(
  (option) => option.shape.kind.value,
);
