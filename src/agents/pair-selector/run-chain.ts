/** Runs the chain: fetches what each step needs for the pairs that are left, then applies it. */
import type { Candle } from '#core/model/candle.ts';
import type { OrderBook } from '#core/model/market.ts';
import { quoteOf, type Pair } from '#core/model/pair.ts';
import type { ChainStep } from '#core/model/universe.ts';
import { applyLink, isFinal } from '#core/pairs/apply-link.ts';
import type { ChainLink, LinkOf } from '#core/pairs/config.ts';
import { NO_FACTS, sieve, type Facts, type Outcome, type PairRecord } from '#core/pairs/facts.ts';
import { candleNeed, firstNeeds, type Need } from '#core/pairs/needs.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import type { MarketLook } from './market-look.ts';

export interface ChainPorts {
  readonly look: MarketLook;
  /** Of the desk's account: what is priced in another cannot be sized, valued or held by it. */
  readonly quoteAsset: string;
  /** What the section `pairs` comes to. */
  listed(): Promise<readonly Pair[]>;
  records(days: number): Promise<ReadonlyMap<Pair, PairRecord>>;
  remote(link: LinkOf<'remote'>): Promise<readonly Pair[]>;
  capitalisation(link: LinkOf<'market-cap'>): Promise<readonly string[]>;
}

export interface ChainRun {
  readonly pairs: readonly Pair[];
  readonly steps: readonly ChainStep[];
  readonly removed: ReadonlyMap<Pair, Removed>;
}

interface Removed {
  readonly why: string;
  /** Nothing is waited for. */
  readonly isFinal: boolean;
  /** By the operator: it holds whatever else the chain says. */
  readonly isBanned: boolean;
}

const REMOVED_SHOWN = 50;
/** Loads under way at once: the data agent has its own limits, this one bounds what waits. */
const LOADS_AT_ONCE = 8;

export async function runChain(
  chain: readonly ChainLink[],
  ports: ChainPorts,
  known: Pick<Facts, 'held' | 'chosen'>,
): Promise<ChainRun> {
  let pairs: readonly Pair[] | undefined;
  const steps: ChainStep[] = [];
  const removed = new Map<Pair, Removed>();
  for (const link of chain) {
    const facts = await factsFor(link, { ports, known, pairs });
    const made = applyLink(link, facts, pairs);
    const outcome = pairs === undefined ? pricedIn(ports.quoteAsset, made) : made;
    for (const { pair, why } of outcome.removed) {
      const isBanned = link.name === 'blacklist';
      removed.set(pair, { why: `${link.name}: ${why}`, isFinal: isFinal(link), isBanned });
    }
    steps.push({
      step: link.name,
      in: outcome.kept.length + outcome.removed.length,
      out: outcome.kept.length,
      removed: outcome.removed
        .slice(0, REMOVED_SHOWN)
        .map(({ pair, why }) => ({ pair, why: why.slice(0, 200) })),
    });
    pairs = outcome.kept;
  }
  return { pairs: pairs ?? [], steps, removed };
}

/** A list of somebody else's may hold anything. */
function pricedIn(quoteAsset: string, { kept, removed }: Outcome): Outcome {
  const own = sieve(kept, (pair) =>
    quoteOf(pair) === quoteAsset ? undefined : `not priced in ${quoteAsset}`,
  );
  return { kept: own.kept, removed: [...removed, ...own.removed] };
}

interface Looking {
  readonly ports: ChainPorts;
  readonly known: Pick<Facts, 'held' | 'chosen'>;
  readonly pairs: readonly Pair[] | undefined;
}

async function factsFor(link: ChainLink, { ports, known, pairs }: Looking): Promise<Facts> {
  let facts: Facts = { ...NO_FACTS, ...known };
  if (link.name === 'static' && link.pairs === null) {
    facts = { ...facts, listed: await ports.listed() };
  }
  for (const need of firstNeeds(link, pairs ?? [])) {
    facts = { ...facts, ...(await supply(need, link, ports)) };
  }
  const need = candleNeed(link, pairs, facts);
  return need === undefined ? facts : { ...facts, ...(await supply(need, link, ports)) };
}

async function supply(need: Need, link: ChainLink, ports: ChainPorts): Promise<Partial<Facts>> {
  const { look } = ports;
  switch (need.kind) {
    case 'tickers':
      return { tickers: byPair(await look.tickers()) };
    case 'instruments':
      return { instruments: byPair(await look.instruments()) };
    case 'candles': {
      const { timeframe, count } = need;
      const load = (pair: Pair): Promise<readonly Candle[]> => look.candles(pair, timeframe, count);
      return { candles: await each(need.pairs, load) };
    }
    case 'books':
      return { books: await each(need.pairs, (pair): Promise<OrderBook> => look.book(pair)) };
    case 'records':
      return { records: await ports.records(need.days) };
    case 'remote':
      return link.name === 'remote' ? { remote: await ports.remote(link) } : {};
    case 'capitalisation':
      return link.name === 'market-cap' ? { capitalisation: await ports.capitalisation(link) } : {};
  }
}

function byPair<T extends { readonly pair: Pair }>(items: readonly T[]): ReadonlyMap<Pair, T> {
  return new Map(items.map((item) => [item.pair, item]));
}

/**
 * Loads for each pair; one that has no such data is absent. When more than half do not come in
 * time, it is the desk that cannot see, and nothing is to be concluded about pairs.
 */
async function each<T>(
  pairs: readonly Pair[],
  load: (pair: Pair) => Promise<T>,
): Promise<ReadonlyMap<Pair, T>> {
  const found = new Map<Pair, T>();
  const left = pairs.toReversed();
  let late = 0;
  const take = async (): Promise<void> => {
    for (let pair = left.pop(); pair !== undefined; pair = left.pop()) {
      try {
        found.set(pair, await load(pair));
      } catch (error) {
        if (error instanceof TransientError) late += 1;
        else if (!(error instanceof PermanentError)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: LOADS_AT_ONCE }, take));
  if (late * 2 > pairs.length) {
    throw new TransientError('pairs-data', 'the data of most pairs did not come', {
      details: { asked: pairs.length, late },
    });
  }
  return found;
}
