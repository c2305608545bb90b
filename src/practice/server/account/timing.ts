/** `timestamp` and `recvWindow` (rest-api.md, "Timing security"). Pure: the time is an argument. */
import { ApiError, illegalCharacters, mandatoryParameter, tooPrecise } from '../api-error.ts';
import { MICROSECONDS_FROM } from '../query.ts';

const RECV_WINDOW_MS = 5000;
const RECV_WINDOW_MAX_MS = 60_000;
/** A client's clock may be this much ahead. */
const AHEAD_MAX_MS = 1000;
const TIMESTAMP = /^[0-9]{1,20}$/;
const WINDOW = /^[0-9]{1,20}(\.[0-9]{1,20})?$/;
const WINDOW_FRACTION = /^[0-9]+(\.[0-9]{1,3})?$/;

export interface Timing {
  readonly timestampMs: number;
  readonly windowMs: number;
}

export function readTiming(get: (name: string) => string | undefined): Timing {
  const timestamp = get('timestamp');
  if (timestamp === undefined || timestamp === '') throw mandatoryParameter('timestamp');
  if (!TIMESTAMP.test(timestamp)) throw illegalCharacters('timestamp', '^[0-9]{1,20}$');
  const value = Number(timestamp);
  return {
    timestampMs: value >= MICROSECONDS_FROM ? value / 1000 : value,
    windowMs: readWindow(get('recvWindow')),
  };
}

function readWindow(text: string | undefined): number {
  if (text === undefined) return RECV_WINDOW_MS;
  if (!WINDOW.test(text)) {
    throw illegalCharacters('recvWindow', '^([0-9]{1,20})(\\.[0-9]{1,20})?$');
  }
  if (!WINDOW_FRACTION.test(text)) throw tooPrecise('recvWindow');
  if (Number(text) > RECV_WINDOW_MAX_MS) {
    const words = `'recvWindow' contains unexpected value. Cannot be greater than ${RECV_WINDOW_MAX_MS}.`;
    throw new ApiError(-1102, words);
  }
  return Number(text);
}

/** On receipt. */
export function checkOnReceipt(timing: Timing, serverMs: number): void {
  if (timing.timestampMs >= serverMs + AHEAD_MAX_MS) {
    throw new ApiError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  checkBeforeMatching(timing, serverMs);
}

/** Again when the request is about to be forwarded to the matching engine. */
export function checkBeforeMatching(timing: Timing, serverMs: number): void {
  if (serverMs - timing.timestampMs > timing.windowMs) {
    throw new ApiError(-1021, 'Timestamp for this request is outside of the recvWindow.');
  }
}
