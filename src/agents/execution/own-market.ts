import { basename } from 'node:path';
import type { ExchangeConfig } from '#exchange/config.ts';
import type { Pair } from '#core/model/pair.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { ConfigError } from '#platform/errors.ts';
import { freshId, hashId } from '#platform/ids.ts';
import type { Log } from '#platform/log/log.ts';
import type { PracticeMarket } from './config.ts';

const NAMES_SHOWN = 3;
const HASH_LENGTH = 6;

/** Where the account's orders are: two starts with the same text see the same prices. */
export function marketOf({
  exchange,
  practice,
}: {
  readonly exchange: Pick<ExchangeConfig, 'name' | 'base_url'>;
  readonly practice: PracticeMarket;
}): string {
  const { name, base_url: baseUrl } = exchange;
  // The practice exchange has another port at each start.
  if (name !== 'practice') return baseUrl === null ? name : `${name} at ${baseUrl}`;
  const { seed, volatility, replay } = practice;
  if (replay.files.length === 0) return `practice seed ${seed} volatility ${volatility}`;
  const names = replay.files.map((file) => basename(file)).toSorted();
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const more = names.length - NAMES_SHOWN;
  // Those that are not shown count too.
  const rest = more > 0 ? ` and ${more} more (${hashId(names, HASH_LENGTH)})` : '';
  return `replay of ${shown}${rest} from ${replay.from ?? 'its start'} at ${replay.speed}x`;
}

/**
 * An account with positions or orders stays on its market: elsewhere they would be valued, stopped
 * and sold at the prices of another world. A flat one may move, and the ledger says so.
 *
 * @throws ConfigError with what the ledger holds, what was asked for and what to do.
 */
export async function keepMarket(
  ledger: Ledger,
  asked: {
    readonly account: string;
    readonly market: string;
    /** What the desk is to trade. */
    readonly pairs: readonly Pair[] | 'all';
    readonly dataDir: string;
    readonly nowMs: number;
    readonly log: Log;
  },
): Promise<void> {
  const { account, market, dataDir, nowMs, log } = asked;
  await ledger.transaction(async (tx) => {
    const positions = await tx.positions(account);
    const orders = await tx.openOrders(account);
    assertFollowed([...positions, ...orders], asked);
    const known = await tx.market();
    if (known === market) return;
    await tx.setMarket(market);
    if (known === undefined) return;
    if (positions.length + orders.length > 0) {
      const held = `${counted(positions.length, 'position')} and ${counted(orders.length, 'order')}`;
      throw new ConfigError(
        `the account in ${dataDir} has ${held} open on ${known}, this start asks for ${market}: give another folder with --data-dir, or start as before and flatten first`,
      );
    }
    await tx.recordOperatorAction({
      id: freshId(),
      by: 'desk',
      kind: 'market-changed',
      reason: `was on ${known}, flat`,
      result: `now on ${market}`,
      atMs: Math.floor(nowMs),
    });
    log.info({ before: known, market }, 'the account moves to another market');
  });
}

/** A pair that nobody follows has no price and no filters: it could neither be guarded nor sold. */
function assertFollowed(
  open: readonly { readonly pair: Pair }[],
  { pairs, dataDir }: { readonly pairs: readonly Pair[] | 'all'; readonly dataDir: string },
): void {
  if (pairs === 'all') return;
  const left = [...new Set(open.map(({ pair }) => pair))].filter((pair) => !pairs.includes(pair));
  if (left.length === 0) return;
  const names = left.join(', ');
  throw new ConfigError(
    `the account in ${dataDir} has a position or an order on ${names}, which pairs leaves out: add it to pairs, or start as before and flatten first`,
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
