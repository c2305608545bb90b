import { ClientOrderId, type OrderLeg } from '#core/model/order.ts';
import type { IntentId } from '#core/model/intent.ts';

/** Ids that the desk gave are recognised by their first letters. */
const TAG_LENGTH = 6;
const HASH_LENGTH = 24;

/** Text of `length` lower-case alphanumerics that depends on every part (platform/ids `hashId`). */
export type HashText = (parts: readonly (string | number)[], length: number) => string;

export interface OrderIdentity {
  readonly deskId: string;
  readonly intentId: IntentId;
  readonly leg: OrderLeg;
  readonly attempt: number;
}

/**
 * The id the desk gives an order: the same intent, leg and attempt give the same id after any
 * restart, so an order that may be at the venue is asked for by name and never sent twice. It does
 * not make a resend safe: Binance takes an id again once its first order has filled.
 */
export function clientOrderId(identity: OrderIdentity, hash: HashText): ClientOrderId {
  const { deskId, intentId, leg, attempt } = identity;
  return ClientOrderId.parse(
    `${deskTag(deskId, hash)}${hash([deskId, intentId, leg, attempt], HASH_LENGTH)}`,
  );
}

/** First letters of every order id of a desk; another desk on the same account has others. */
export function deskTag(deskId: string, hash: HashText): string {
  return `nd${hash(['desk', deskId], TAG_LENGTH - 2)}`;
}
