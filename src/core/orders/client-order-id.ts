import type { ClientOrderId, OrderLeg } from '#core/model/order.ts';
import type { IntentId } from '#core/model/intent.ts';

/** Ids that the desk gave are recognised by their first letters. */
const TAG_LENGTH = 6;
/** 98 bits. Tag, hash, leg and attempt are always 30 letters: a venue takes 32 or 36. */
const HASH_LENGTH = 19;
const ATTEMPT_LENGTH = 4;

const LEG_LETTERS: Readonly<Record<OrderLeg, string>> = {
  entry: 'e',
  exit: 'x',
  stop: 's',
  target: 't',
  flatten: 'f',
};

/** Text of `length` lower-case alphanumerics that depends on every part (platform/ids `hashId`). */
export type HashText = (parts: readonly (string | number)[], length: number) => string;

/**
 * The id the desk gives an order: the same intent, leg and attempt give the same id after any
 * restart, so an order that may be at the venue is asked for by name and never sent twice. It does
 * not make a resend safe: Binance takes an id again once its first order has filled. The orders of
 * one intent begin alike, so they lie side by side in every index of the ledger.
 */
export function clientOrderId(stem: string, leg: OrderLeg, attempt: number): ClientOrderId {
  return `${stem}${LEG_LETTERS[leg]}${attempt.toString(36).padStart(ATTEMPT_LENGTH, '0')}` as ClientOrderId;
}

/** What the ids of all orders of an intent begin with. */
export function orderIdStem(tag: string, intentId: IntentId, hash: HashText): string {
  return `${tag}${hash([tag, intentId], HASH_LENGTH)}`;
}

/** First letters of every order id of a desk; another desk on the same account has others. */
export function deskTag(deskId: string, hash: HashText): string {
  return `nd${hash(['desk', deskId], TAG_LENGTH - 2)}`;
}
