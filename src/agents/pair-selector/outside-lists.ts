/**
 * Lists from outside: those of a file or an address, checked before they are read, and the coins by
 * market capitalisation. Each is kept until its refresh; one that cannot be had or is not what it
 * should be fails the run, and the last universe stays in force.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Pair } from '#core/model/pair.ts';
import type { ChainLink, LinkOf } from '#core/pairs/config.ts';
import { coinsByCapitalisation, MarketCaps, PairList } from '#core/pairs/pair-list.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { errorText, PermanentError } from '#platform/errors.ts';
import type { HttpSource, SourceOptions } from '#platform/http/http-source.ts';

const MINUTE_MS = 60_000;
const BYTES_MAX = 1_048_576;
const TIMEOUT_MS = 10_000;
/** Public sources of this kind allow some ten requests a minute. */
const RATE_PER_MINUTE = 6;
const COINS_A_PAGE = 250;

export interface OutsideLists {
  remote(link: LinkOf<'remote'>): Promise<readonly Pair[]>;
  capitalisation(link: LinkOf<'market-cap'>): Promise<readonly string[]>;
}

export interface OutsidePorts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly signal: AbortSignal;
  readonly openSource: (options: SourceOptions) => HttpSource;
}

export function openOutsideLists(chain: readonly ChainLink[], ports: OutsidePorts): OutsideLists {
  const { clock } = ports;
  const sources = new Map<ChainLink, HttpSource>();
  const kept = new Map<ChainLink, { readonly value: unknown; readonly untilMs: number }>();

  // One a step of the chain: the config bounds how many there are.
  function sourceOf(link: LinkOf<'remote'> | LinkOf<'market-cap'>, url: URL): HttpSource {
    const open = sources.get(link);
    if (open !== undefined) return open;
    const source = ports.openSource({
      name: `pairs-${chain.indexOf(link) + 1}-${link.name}`,
      origins: [url.origin],
      ratePerMinute: RATE_PER_MINUTE,
      timeoutMs: TIMEOUT_MS,
      maxBytes: BYTES_MAX,
      allowPrivate: link.name === 'remote' && link.allow_private,
    });
    sources.set(link, source);
    return source;
  }

  async function refreshed<T>(
    link: ChainLink & { readonly refresh_minutes: number },
    load: () => Promise<T>,
  ): Promise<T> {
    const before = kept.get(link);
    if (before !== undefined && clock.monotonic() < before.untilMs) return before.value as T;
    const value = await load();
    kept.set(link, { value, untilMs: clock.monotonic() + link.refresh_minutes * MINUTE_MS });
    return value;
  }

  async function fetchList(link: LinkOf<'remote'>, address: string): Promise<readonly Pair[]> {
    const url = new URL(address);
    const source = sourceOf(link, url);
    const options = { query: Object.fromEntries(url.searchParams), signal: ports.signal };
    const text = (await source.getText(url.pathname, options)).value;
    if (link.public_key === null) return readPairList(link, { text, nowMs: clock.now() });
    const signature = (await source.getText(`${url.pathname}.sig`, options)).value;
    return readPairList(link, { text, signature, nowMs: clock.now() });
  }

  function readList(link: LinkOf<'remote'>, path: string): readonly Pair[] {
    const text = fileText(path);
    const signature = link.public_key === null ? undefined : fileText(`${path}.sig`);
    return readPairList(link, { text, signature, nowMs: clock.now() });
  }

  async function fetchCoins(link: LinkOf<'market-cap'>): Promise<readonly string[]> {
    const url = new URL(link.url);
    const source = sourceOf(link, url);
    const coins: MarketCaps[number][] = [];
    for (let page = 1; page <= Math.ceil(link.to_rank / COINS_A_PAGE); page += 1) {
      const query = {
        vs_currency: 'usd',
        order: 'market_cap_desc',
        per_page: COINS_A_PAGE,
        page,
        ...Object.fromEntries(url.searchParams),
      };
      const asked = { schema: MarketCaps, query, signal: ports.signal };
      coins.push(...(await source.getJson(url.pathname, asked)).value);
    }
    if (coins.length === 0) throw unusable('no coin in the list of market capitalisations', {});
    return coinsByCapitalisation(coins);
  }

  return {
    remote: (link) =>
      refreshed(link, async () => {
        if (link.file !== null) return readList(link, link.file);
        return await fetchList(link, link.url ?? '');
      }),
    capitalisation: (link) => refreshed(link, () => fetchCoins(link)),
  };
}

interface Received {
  readonly text: string;
  /** Of the text, base64. */
  readonly signature?: string | undefined;
  readonly nowMs: number;
}

/** The pairs of a list that is what its step expects; anything else is a PermanentError. */
export function readPairList(link: LinkOf<'remote'>, received: Received): readonly Pair[] {
  const { text, signature, nowMs } = received;
  const bytes = Buffer.from(text, 'utf8');
  if (link.sha256 !== null) {
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found !== link.sha256) throw unusable('the list has another checksum', { found });
  }
  if (link.public_key !== null && !isSigned(bytes, signature ?? '', link.public_key)) {
    throw unusable('the list is not signed by its key', {});
  }
  const parsed = PairList.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw unusable('the list is no list of pairs', { reason: parsed.error.issues[0]?.message });
  }
  const { pairs, valid_until_ms: untilMs } = parsed.data;
  if (untilMs !== undefined && untilMs < nowMs) throw unusable('the list is over', { untilMs });
  return pairs;
}

function isSigned(bytes: Buffer, signature: string, publicKey: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.from(publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, bytes, key, Buffer.from(signature.trim(), 'base64'));
  } catch (error) {
    throw unusable('the key of the list cannot be used', { reason: errorText(error) });
  }
}

function fileText(path: string): string {
  try {
    if (statSync(path).size > BYTES_MAX) throw new Error('it is larger than 1 MB');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable('the list cannot be read', { path, reason: errorText(error) });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function unusable(message: string, details: Record<string, unknown>): PermanentError {
  return new PermanentError('pair-list', message, { details });
}
