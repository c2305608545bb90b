/** What the WebSocket API answers: `{id, status, result | error, rateLimits}`. */
import type { TradingAccount } from '../../account/trading.ts';
import type { ApiError } from '../api-error.ts';
import { WEIGHT_PER_MINUTE } from '../request-limits.ts';
import { orderLimits } from './account-routes.ts';
import type { RequestId } from './api-request.ts';

export type Reply =
  | { readonly kind: 'result'; readonly body: string }
  | {
      readonly kind: 'error';
      readonly error: ApiError;
      /** Of a request refused for its rate: when to come back. */
      readonly retry?: { readonly serverTime: number; readonly retryAfter: number };
    };

export interface Limits {
  readonly usedWeight: number;
  /** Of a request that places orders: whose count of unfilled ones to show. */
  readonly account?: TradingAccount | undefined;
}

/** `limits` undefined: the client asked not to see them. */
export function replyText(id: RequestId, reply: Reply, limits: Limits | undefined): string {
  const head = `{"id":${JSON.stringify(id)},"status":`;
  const tail = limits === undefined ? '}' : `,"rateLimits":${JSON.stringify(rateLimits(limits))}}`;
  if (reply.kind === 'result') return `${head}200,"result":${reply.body}${tail}`;
  const { error, retry } = reply;
  const view = retry === undefined ? error.view() : { ...error.view(), data: retry };
  return `${head}${error.status},"error":${JSON.stringify(view)}${tail}`;
}

function rateLimits({ usedWeight, account }: Limits): readonly unknown[] {
  const weight = {
    rateLimitType: 'REQUEST_WEIGHT',
    interval: 'MINUTE',
    intervalNum: 1,
    limit: WEIGHT_PER_MINUTE,
    count: usedWeight,
  };
  return [...(account === undefined ? [] : orderLimits(account)), weight];
}
