/** A practice exchange with an account that has keys of both kinds, and clients for it. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { systemClock } from '#platform/clock/system-clock.ts';
import { PracticeConfig } from '#practice/config.ts';
import type { PracticeAccount } from '#practice/config.ts';
import { createWorld } from '#practice/create-world.ts';
import type { PracticeExchange, PracticeOptions } from '#practice/server/start-practice.ts';
import { ccxtClient, practice } from './practice.ts';
import type { Client } from './practice.ts';

const pair = generateKeyPairSync('ed25519');

/** Signs by HMAC with `secret`, by Ed25519 with `privateKey`; the exchange takes either. */
export const KEYS = {
  apiKey: 'practiceKeyOfTheTests1001',
  secret: 'practiceSecretOfTheTests',
  privateKey: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
} as const;
export const UID = 1001;

export function accountConfig(more: object = {}): PracticeAccount[] {
  const account = {
    uid: UID,
    api_key: KEYS.apiKey,
    api_secret: KEYS.secret,
    ed25519_public_key: pair.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    balances: { USDT: '100000', BTC: '1' },
    ...more,
  };
  return PracticeConfig.parse({ accounts: [account] }).accounts;
}

/** On a market of its own: accounts trade in its books. */
export function practiceWithAccount(
  options: Partial<PracticeOptions> = {},
): Promise<PracticeExchange> {
  const clock = options.clock ?? systemClock();
  const world = createWorld({ clock, seed: 7, pairs: ['BTC/USDT', 'ETH/USDT', 'BNB/USDT'] });
  return practice({ clock, world, accounts: accountConfig(), ...options });
}

/** ccxt as the desk uses it: numbers stay text, the venue's spot codes hold on any address. */
export async function ccxtTrader(url: string, secret: string = KEYS.secret): Promise<Client> {
  const client = await ccxtClient(url);
  const { exchange } = client;
  const api = exchange.urls['api'] as Record<string, unknown>;
  Object.assign(api, { sapi: `${url}/sapi/v1` });
  Object.assign(api['ws'] as object, {
    'ws-api': { spot: `${url.replace('http', 'ws')}/ws-api/v3` },
  });
  const { exceptions } = exchange as unknown as { exceptions: { spot: Record<string, object> } };
  Object.assign(exchange, {
    apiKey: KEYS.apiKey,
    secret,
    number: String,
    getExceptionsByUrl: (_url: string, kind: string) => exceptions.spot[kind] ?? {},
  });
  return client;
}

interface Signed {
  readonly verb?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, string>>;
  readonly apiKey?: string;
  readonly isEd25519?: boolean;
  /** Added after signing. */
  readonly signature?: string;
}

export interface BareAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** One signed request without any client library, to choose every byte of it. */
export async function signedRequest(url: string, asked: Signed): Promise<BareAnswer> {
  const { verb = 'GET', path, apiKey = KEYS.apiKey } = asked;
  const timing = { timestamp: String(Date.now()), ...asked.query };
  const query = new URLSearchParams(timing).toString();
  const body = new URLSearchParams(asked.body ?? {}).toString();
  const signature = asked.signature ?? signatureOf(query + body, asked.isEd25519 === true);
  const response = await fetch(
    `${url}${path}?${query}&signature=${encodeURIComponent(signature)}`,
    {
      method: verb,
      headers: {
        'X-MBX-APIKEY': apiKey,
        ...(body === '' ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
      ...(body === '' ? {} : { body }),
    },
  );
  const text = await response.text();
  const parsed = (/^\{.*\}$/s.test(text) ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, text, body: parsed };
}

export function signatureOf(payload: string, isEd25519 = false): string {
  if (isEd25519) return sign(null, Buffer.from(payload), pair.privateKey).toString('base64');
  return createHmac('sha256', KEYS.secret).update(payload).digest('hex');
}
