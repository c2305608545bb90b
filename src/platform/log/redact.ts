/**
 * The one place that keeps secrets out of logs. A pino `redact` list covers only the paths it names,
 * so this walks the fields instead: a secret is known by its key at any depth, by its value (the
 * secrets of the config), or by the shape of the text around it (a signed query, an address with a
 * password). Walks are bounded in depth and width, since a log line must never hang an agent.
 */
export const REDACTED = '[redacted]';

const DEPTH_MAX = 6;
const ITEMS_MAX = 100;
const TEXT_MAX = 8_192;
const SECRET_LENGTH_MIN = 6;
const SECRET_KEY =
  /(^|[_-])(api[_-]?key|apikey|secret|password|passphrase|passwd|token|authorization|cookie|credentials?|signature|headers)$/;
// A signed Binance query, `api_key=...`, `token: ...` inside a text.
const SECRET_IN_TEXT =
  /((?:signature|api[_-]?key|apikey|secret|password|token|listenKey)["']?\s*[=:]\s*["']?)[^\s&"',}]+/gi;
const PASSWORD_IN_URL = /(:\/\/[^:/@\s]*:)[^@\s]+@/g;
// A name alone may be a token.
const LOGIN_IN_URL = /(:\/\/)[^/?#\s"'<>]+@/g;
const BEARER = /\b(bearer|basic)\s+[\w+/=.-]{8,}/gi;

export interface Redactor {
  readonly fields: (value: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  readonly text: (value: string) => string;
  /** Another value that must not appear from now on. */
  readonly hide: (secret: string) => void;
}

/** `secrets` are values that must not appear anywhere, whatever they stand in. */
export function createRedactor(secrets: readonly string[] = []): Redactor {
  // Each reload tells all secrets again.
  let known: readonly string[] = [];
  for (const secret of secrets) hide(secret);

  function hide(secret: string): void {
    const forms = formsOf(secret).filter((form) => form.length >= SECRET_LENGTH_MIN);
    // Longest first, so that a secret which contains another is replaced whole.
    known = [...new Set([...known, ...forms])].toSorted((a, b) => b.length - a.length);
  }

  function text(value: string): string {
    // Cut a second time at the end: a secret that the first cut halves is no longer known.
    const longest = known[0]?.length ?? 0;
    let clean = value.slice(0, TEXT_MAX + longest);
    for (const secret of known) clean = clean.replaceAll(secret, REDACTED);
    if (value.length > TEXT_MAX) {
      clean = `${clean.slice(0, Math.min(TEXT_MAX, clean.length - longest))}...`;
    }
    return clean
      .replace(SECRET_IN_TEXT, `$1${REDACTED}`)
      .replace(PASSWORD_IN_URL, `$1${REDACTED}@`)
      .replace(LOGIN_IN_URL, `$1${REDACTED}@`)
      .replace(BEARER, `$1 ${REDACTED}`);
  }

  function walk(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= DEPTH_MAX) return '[deep]';
    if (value instanceof Error) return errorFields(value, depth);
    if (value instanceof Date) return value.toISOString();
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return walk(Object.fromEntries(value), depth);
    if (value instanceof Set) return walk([...value], depth);
    if (Array.isArray(value)) return list(value, depth);
    return entries(value, depth);
  }

  function list(values: readonly unknown[], depth: number): unknown[] {
    const shown = values.slice(0, ITEMS_MAX).map((item) => walk(item, depth + 1));
    if (values.length > ITEMS_MAX) shown.push(`[${values.length - ITEMS_MAX} more]`);
    return shown;
  }

  function entries(value: object, depth: number): Record<string, unknown> {
    const clean: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value).slice(0, ITEMS_MAX)) {
      clean[key] = hidden(key, inner) ? REDACTED : walk(inner, depth + 1);
    }
    return clean;
  }

  // Errors of HTTP clients carry the request with its headers and keys: only what is ours to show
  // is taken, never the other properties.
  function errorFields(error: Error, depth: number): Record<string, unknown> {
    const { code, details } = error as { code?: unknown; details?: unknown };
    return {
      type: error.name,
      ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
      message: text(error.message),
      stack: text(error.stack ?? ''),
      ...(details === undefined ? {} : { details: walk(details, depth + 1) }),
      ...(error.cause === undefined ? {} : { cause: walk(error.cause, depth + 1) }),
      ...(error instanceof AggregateError
        ? { errors: list(error.errors as unknown[], depth + 1) }
        : {}),
    };
  }

  return { text, hide, fields: (value) => entries(value, 0) };
}

/** A secret as it may stand in a text: itself, in an address, and the lines of a PEM one by one. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n|\\n/).filter((line) => !line.startsWith('-----'));
  return [...new Set([secret, ...lines].flatMap((form) => [form, encodeURIComponent(form)]))];
}

function hidden(key: string, value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false;
  if (typeof value === 'number' || typeof value === 'boolean') return false;
  const snake = key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
  return SECRET_KEY.test(snake);
}
