/** Refusals of orders, in the venue's codes and words (errors.md of July 2026). */
import { ApiError } from '../server/api-error.ts';

export const filterFailure = (filter: string): ApiError =>
  new ApiError(-1013, `Filter failure: ${filter}`);

export const marketClosed = (): ApiError => new ApiError(-1013, 'Market is closed.');

export const notRequired = (name: string): ApiError =>
  new ApiError(-1106, `Parameter '${name}' sent when not required.`);

export const rejected = (words: string): ApiError => new ApiError(-2010, words);

export const insufficientBalance = (): ApiError =>
  rejected('Account has insufficient balance for requested action.');

export const wouldTrigger = (): ApiError => rejected('Order would trigger immediately.');

export const wouldMatch = (): ApiError => rejected('Order would immediately match and take.');

export const duplicateOrder = (): ApiError => rejected('Duplicate order sent.');

export const badPrices = (): ApiError =>
  rejected('The relationship of the prices for the orders is not correct.');

export const unknownOrder = (): ApiError => new ApiError(-2011, 'Unknown order sent.');

export const restrictedCancel = (): ApiError =>
  new ApiError(-2011, 'Order was not canceled due to cancel restrictions.');

export const noSuchOrder = (): ApiError => new ApiError(-2013, 'Order does not exist.');

export const tooManyOrders = (limit: number, per: string): ApiError =>
  new ApiError(-1015, `Too many new orders; current limit is ${limit} orders per ${per}.`, 429);

const REJECT_REASONS: ReadonlyMap<string, string> = new Map([
  [insufficientBalance().message, 'INSUFFICIENT_BALANCES'],
  [wouldTrigger().message, 'STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY'],
  [wouldMatch().message, 'WOULD_MATCH_IMMEDIATELY'],
  [badPrices().message, 'OCO_BAD_PRICES'],
]);

/** The event's word for a refusal of the matching engine (user-data-stream.md). */
export function rejectReasonOf(error: ApiError): string | undefined {
  return REJECT_REASONS.get(error.message);
}
