/**
 * One signed request from "received and signed well" to its end, the same over both transports:
 * the faults of the order path, the second look at the time, the engine. The transport writes the
 * answer, or does to its connection what the fault says.
 */
import type { Clock } from '#platform/clock/clock.ts';
import type { FaultSubject } from '../../faults/fault-target.ts';
import { ApiError, internalError } from '../api-error.ts';
import type { Query } from '../query.ts';
import type { AccountRoute } from './account-route.ts';
import { orderFault } from './order-faults.ts';
import type { OrderFault } from './order-faults.ts';
import type { Desk, SignedIn } from './sign-in.ts';
import { checkBeforeMatching } from './timing.ts';

export interface CallContext extends Desk {
  readonly clock: Clock;
  readonly onFailure: (error: unknown, path: string) => void;
}

export interface Call {
  readonly route: AccountRoute;
  readonly query: Query;
  readonly subject: FaultSubject;
  readonly who: SignedIn;
}

export type CallEnd =
  | { readonly kind: 'answer'; readonly body: string }
  | { readonly kind: 'refusal'; readonly error: ApiError; readonly retryAfterS?: number }
  | { readonly kind: 'spoiled'; readonly fault: OrderFault };

export async function runCall(context: CallContext, call: Call): Promise<CallEnd> {
  const { route, subject } = call;
  if (route.isWrite !== true) return checkedAnswer(context, call);
  const { venue, clock } = context;
  const delay = venue.faults.hit('order-delay', subject);
  if (delay !== undefined) await clock.sleep(delay.delayMs);
  const limit = venue.faults.hit('order-limit', subject);
  if (limit !== undefined) {
    const error = new ApiError(-1015, 'Too many new orders.', 429);
    return { kind: 'refusal', error, retryAfterS: limit.retryAfterS };
  }
  const fault = orderFault(venue.faults, subject);
  switch (fault?.when) {
    case undefined:
      return checkedAnswer(context, call);
    case 'before':
      break;
    case 'after':
      checkedAnswer(context, call);
      break;
    case 'late': {
      // Forwarded while its time was good; the engine does not ask again.
      const refusal = lateRefusal(context, call);
      if (refusal !== undefined) return refusal;
      clock.after(fault.lateMs, () => void answer(context, call), { unref: true });
    }
  }
  return { kind: 'spoiled', fault };
}

function checkedAnswer(context: CallContext, call: Call): CallEnd {
  return lateRefusal(context, call) ?? answer(context, call);
}

function lateRefusal({ venue }: CallContext, { who }: Call): CallEnd | undefined {
  try {
    checkBeforeMatching(who.timing, venue.saysNow());
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return { kind: 'refusal', error };
    throw error;
  }
}

function answer(context: CallContext, { route, query, who }: Call): CallEnd {
  const { venue, onFailure } = context;
  try {
    const value = route.answer({ venue, query, account: who.account, key: who.key });
    return { kind: 'answer', body: JSON.stringify(value) };
  } catch (error) {
    if (error instanceof ApiError) return { kind: 'refusal', error };
    onFailure(error, route.path);
    return { kind: 'refusal', error: internalError() };
  }
}
