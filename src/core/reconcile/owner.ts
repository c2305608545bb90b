/** Who gave an order its id. */
export type Owner = 'desk' | 'other-desk' | 'person';

/** Every id that a desk of this kind gives: two letters, four of the tag, 24 more (`core/orders`). */
const DESK_ID = /^nd[0-9a-z]{28}$/;

/**
 * 1. An id with our tag is ours, whether the ledger knows it or not.
 * 2. An id of the same form with another tag is another desk's.
 * 3. Everything else is a person's, or another program's: shown, never touched.
 */
export function ownerOf(clientOrderId: string, deskTag: string): Owner {
  if (!DESK_ID.test(clientOrderId)) return 'person';
  return clientOrderId.startsWith(deskTag) ? 'desk' : 'other-desk';
}
