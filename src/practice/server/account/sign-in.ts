/**
 * Whose request this is, in the venue's order: form of the key, what must be there, time, the key
 * itself, the signature, the rights. Throws the venue's refusals.
 */
import type { TradingAccount, TradingFloor } from '../../account/trading.ts';
import { ApiError, mandatoryParameter } from '../api-error.ts';
import type { Venue } from '../venue.ts';
import type { AccountRoute } from './account-route.ts';
import type { ApiKey, KeyRing } from './api-keys.ts';
import { isSignedBy } from './signature.ts';
import { checkOnReceipt, readTiming } from './timing.ts';
import type { Timing } from './timing.ts';

const KEY_FORM = /^[A-Za-z0-9]{8,128}$/;

export interface Desk {
  readonly venue: Venue;
  readonly keys: KeyRing;
  readonly floor: TradingFloor;
}

export interface Credentials {
  readonly apiKey: string | undefined;
  /** The text the signature is over. */
  readonly payload: string;
  readonly get: (name: string) => string | undefined;
}

export interface SignedIn {
  readonly key: ApiKey;
  readonly account: TradingAccount;
  readonly timing: Timing;
}

export const keyRefused = (): ApiError =>
  new ApiError(-2015, 'Invalid API-key, IP, or permissions for action.', 401);

export function signIn(
  desk: Desk,
  { apiKey = '', payload, get }: Credentials,
  security: AccountRoute['security'],
): SignedIn {
  if (!KEY_FORM.test(apiKey)) throw new ApiError(-2014, 'API-key format invalid.', 401);
  const signature = get('signature');
  if (signature === undefined || signature === '') throw mandatoryParameter('signature');
  const timing = readTiming(get);
  checkOnReceipt(timing, desk.venue.saysNow());
  const key = validKey(desk, apiKey);
  if (!isSignedBy(key, payload, signature)) {
    throw new ApiError(-1022, 'Signature for this request is not valid.');
  }
  checkRights(key, security);
  return { key, account: desk.floor.account(key.uid), timing };
}

/** A key may be revoked at any moment; asked again for each request of a session. */
export function validKey({ venue, keys }: Desk, apiKey: string): ApiKey {
  const key = keys.find(apiKey);
  if (key === undefined || venue.faults.hit('key-refused', {}) !== undefined) throw keyRefused();
  return key;
}

export function checkRights(key: ApiKey, security: AccountRoute['security']): void {
  if (security === 'TRADE' && !key.canTrade) throw keyRefused();
}
