/** Which fault of the order path hits a write, and what is left of its answer on either transport. */
import type { FaultBoard } from '../../faults/fault-board.ts';
import type { FaultOf } from '../../faults/fault.ts';
import type { FaultSubject } from '../../faults/fault-target.ts';
import { ApiError, internalError } from '../api-error.ts';

const KINDS = [
  'order-refuse',
  'order-hang',
  'order-5xx',
  'order-reset',
  'order-garbage',
  'order-empty',
] as const;

export type OrderFault = FaultOf<(typeof KINDS)[number]>;
type Coded = FaultOf<'order-5xx'>;

/** Cut off JSON: what a broken proxy leaves of an answer. */
export const GARBAGE = '{"symbol":"BTCU<!DOCTYPE html>';

const WORDS: Readonly<Record<NonNullable<Coded['code']>, string>> = {
  '-1000': 'Unknown error, please check your request or try again later.',
  '-1006': 'An unexpected response was received from the message bus. Execution status unknown.',
  '-1007':
    'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
  '-1008': 'Server is currently overloaded with other requests. Please try again in a few minutes.',
};

/** The first that hits; each write meets one at most. */
export function orderFault(faults: FaultBoard, subject: FaultSubject): OrderFault | undefined {
  for (const kind of KINDS) {
    const fault = faults.hit(kind, subject);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Undefined when the body is a page of HTML. */
export function codedError({ code, status }: Coded): ApiError | undefined {
  return code === null ? undefined : new ApiError(code, WORDS[code], status);
}

/** Over the WebSocket API there are no pages. */
export function socketError(fault: Coded): ApiError {
  const { message } = internalError();
  return codedError(fault) ?? new ApiError(-1000, message, fault.status);
}
