/**
 * Lists from outside: those of a file or an address, checked before they are read, and the coins by
 * market capitalisation.
 *
 * 1. Each is kept until its refresh. When its source does not answer then, the last good one goes
 *    on for a day, unless it says itself that it is over, and the source is asked again.
 * 2. One that is not what it should be fails the run, and the last universe stays in force.
 */
import { readFileSync, statSync } from 'node:fs';
import type { Pair } from '#core/model/pair.ts';
import type { ChainLink, LinkOf } from '#core/pairs/config.ts';
import { coinsByCapitalisation, MarketCaps, type PairList } from '#core/pairs/pair-list.ts';
import { errorText } from '#platform/errors.ts';
import type { HttpSource, SourceOptions } from '#platform/http/http-source.ts';
import { keepLists, type KeepPorts } from './keep-lists.ts';
import { readPairList, unusable } from './read-pair-list.ts';

const BYTES_MAX = 1_048_576;
const TIMEOUT_MS = 10_000;
/** Public sources of this kind allow some ten requests a minute. */
const RATE_PER_MINUTE = 6;
const COINS_A_PAGE = 250;

export interface OutsideLists {
  remote(link: LinkOf<'remote'>): Promise<readonly Pair[]>;
  capitalisation(link: LinkOf<'market-cap'>): Promise<readonly string[]>;
}

export interface OutsidePorts extends KeepPorts {
  readonly signal: AbortSignal;
  readonly openSource: (options: SourceOptions) => HttpSource;
}

export function openOutsideLists(chain: readonly ChainLink[], ports: OutsidePorts): OutsideLists {
  const { clock } = ports;
  const sources = new Map<ChainLink, HttpSource>();
  const lists = keepLists<readonly Pair[]>(ports);
  const ranks = keepLists<readonly string[]>(ports);

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
      allowPrivate: link.allow_private,
    });
    sources.set(link, source);
    return source;
  }

  async function fetchList(link: LinkOf<'remote'>, address: string): Promise<PairList> {
    const url = new URL(address);
    const source = sourceOf(link, url);
    const options = { signal: ports.signal };
    const text = (await source.getText(`${url.pathname}${url.search}`, options)).value;
    if (link.public_key === null) return readPairList(link, { text, nowMs: clock.now() });
    const signaturePath = `${url.pathname}.sig${url.search}`;
    const signature = (await source.getText(signaturePath, options)).value;
    return readPairList(link, { text, signature, nowMs: clock.now() });
  }

  function readList(link: LinkOf<'remote'>, path: string): PairList {
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
      lists(link, async () => {
        const { file, url } = link;
        const list = file === null ? await fetchList(link, url ?? '') : readList(link, file);
        return { value: list.pairs, validUntilMs: list.valid_until_ms };
      }),
    capitalisation: (link) =>
      ranks(link, async () => ({ value: await fetchCoins(link), validUntilMs: undefined })),
  };
}

function fileText(path: string): string {
  try {
    const found = statSync(path);
    // A device or a pipe says nothing of its size, and reading it may never end.
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > BYTES_MAX) throw new Error('it is larger than 1 MB');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable('the list cannot be read', { path, reason: errorText(error) });
  }
}
