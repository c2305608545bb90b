/** The keys of the exchange and what each may do. One key an account. */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ConfigError } from '#platform/errors.ts';
import type { PracticeAccount } from '../../config.ts';
import type { Secrets } from './signature.ts';

export interface ApiKey extends Secrets {
  readonly text: string;
  readonly uid: number;
  readonly canTrade: boolean;
  readonly canWithdraw: boolean;
  readonly isIpRestricted: boolean;
}

export interface KeyRing {
  find(text: string): ApiKey | undefined;
}

export function keyRing(accounts: readonly PracticeAccount[]): KeyRing {
  const keys = new Map<string, ApiKey>();
  for (const account of accounts) {
    if (account.api_key === null) continue;
    if (keys.has(account.api_key)) {
      throw new ConfigError('two accounts of the practice exchange have the same API key', {
        uid: account.uid,
      });
    }
    keys.set(account.api_key, {
      text: account.api_key,
      uid: account.uid,
      secret: account.api_secret ?? undefined,
      publicKey: publicKeyOf(account),
      canTrade: account.can_trade,
      canWithdraw: account.can_withdraw,
      isIpRestricted: account.ip_restricted,
    });
  }
  return { find: (text) => keys.get(text) };
}

function publicKeyOf({ uid, ed25519_public_key: text }: PracticeAccount): KeyObject | undefined {
  if (text === null) return undefined;
  try {
    const key = text.includes('BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new ConfigError('a public key of the practice exchange cannot be read', {
      uid,
      cause: String(cause),
    });
  }
  throw new ConfigError('a public key of the practice exchange is not Ed25519', { uid });
}
