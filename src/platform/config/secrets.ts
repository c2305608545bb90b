import type { Path } from './layer.ts';

// A webhook's address is its password.
const SECRET = /(^|_)(key|secret|password|passphrase|token|webhook_url)$/;
export const MASK = '********';

/** True for keys whose value must never be shown: `api_key`, `secret`, `telegram.token`... */
export function isSecretKey(path: Path): boolean {
  return SECRET.test(String(path.at(-1) ?? ''));
}

// What stands before the host, whole: a name alone may be a token (`https://TOKEN@host`), so may one beside
// a word that means nothing. A slash in a password is no valid address, but still a password; after a port it is a path.
const LOGIN = /(:\/\/)([^/?#\s]+|[^:/?#@\s]*:(?!\d*[/?#])[^@\s]+)@/g;
const PARAMETER = /[?&#]([^=?&#\s]+)=/g;
// Feeds and hooks carry their keys so: `?apikey=`, `&auth_token=`, `&sig=`. Short words only as whole words: not `bypass`.
const QUERY_SECRET =
  /(?:key|token|secret|signature|auth|password|passphrase|passwd|credentials?)$|(?:^|[_.-])(?:sig|hmac|pass|pwd|jwt)$/;
// A private feed of Reddit: `?feed=HASH&user=NAME`. Elsewhere `feed` is `rss2`.
const FEED_HASH = /^[\da-f]{20,}$/i;

export interface Addresses {
  /** With MASK for each secret. */
  readonly text: string;
  /** As they stand there, and decoded. */
  readonly secrets: readonly string[];
}

/** The one place that knows secrets inside addresses: logins, and keys in the query. */
export function hideInAddresses(text: string): Addresses {
  const secrets = new Set<string>();
  const withoutLogin = text.replace(LOGIN, (_, start: string, login: string) => {
    for (const form of formsOf(passwordOf(login))) secrets.add(form);
    return `${start}${MASK}@`;
  });
  return { text: hideInQuery(withoutLogin, secrets), secrets: [...secrets] };
}

function hideInQuery(text: string, secrets: Set<string>): string {
  let shown = '';
  let done = 0;
  for (const { 0: start, 1: name = '', index } of text.matchAll(PARAMETER)) {
    const from = index + start.length;
    const [value = ''] = /^[^&#\s]*/.exec(text.slice(from)) ?? [];
    // What stands inside a secret is gone with it; another value may be an address itself.
    if (index < done || value === '' || !isQuerySecret(name, value)) continue;
    for (const form of formsOf(value)) secrets.add(form);
    shown += `${text.slice(done, from)}${MASK}`;
    done = from + value.length;
  }
  return shown + text.slice(done);
}

/** The name of a login is seldom secret, and a log without the word `default` would be hard to read. */
function passwordOf(login: string): string {
  const colon = login.indexOf(':');
  const password = colon === -1 ? '' : login.slice(colon + 1);
  return password === '' ? login.replace(/:$/, '') : password;
}

function isQuerySecret(name: string, value: string): boolean {
  const word = decoded(name)
    .replace(/(?:\[[^\]]*\])+$/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase();
  return QUERY_SECRET.test(word) || (word === 'feed' && FEED_HASH.test(value));
}

function formsOf(secret: string): readonly string[] {
  return [secret, decoded(secret)].filter((form) => form !== '');
}

/** Text that is not well encoded as it stands: it may hold a `%` of its own. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Hides a secret value, and the login or the keys inside an address. */
export function maskValue(path: Path, value: unknown): unknown {
  if (isSecretKey(path)) return value === null || value === '' ? value : MASK;
  return typeof value === 'string' ? hideInAddresses(value).text : value;
}

/** A copy of a config with every secret hidden. */
export function maskConfig(value: unknown, path: Path = []): unknown {
  if (Array.isArray(value)) return value.map((item, index) => maskConfig(item, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskConfig(inner, [...path, key])]),
    );
  }
  return maskValue(path, value);
}
