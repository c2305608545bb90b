import { add, format, isAbove, isEqual, isPositive } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import type { SeenBalance } from '#core/reconcile/venue-view.ts';
import type { TradeCursor } from '#ledger/index.ts';
import { ConfigError, errorText, TransientError } from '#platform/errors.ts';
import type { ExecutionPorts } from '../ports.ts';
import type { AccountPort } from './account-port.ts';
import { PAIRS_AT_ONCE } from './suspects.ts';

const RETRY_MS = 2_000;
/** Executions so recent at the first start may still be on their way into the balances. */
const RECENT_MS = 60_000;
const TRADES_LIMIT = 1_000;

/**
 * The first start on an account: what it holds is written down, and from then on every change has a
 * reason. Waits for the venue, since nothing can be done without it.
 * @throws ConfigError when the account has not the capital that the desk is to use.
 */
export async function baselineOnce(ports: ExecutionPorts, account: AccountPort): Promise<void> {
  const known = await ports.ledger.read((query) => query.venueAccount());
  if (known !== undefined) return;
  await untilAnswered(ports, async () => {
    const { accountId } = await account.venue.rights();
    const { balances, cursors, atMs } = await quietBalances(ports, account);
    const capitalQuote = capitalOf(ports, account, balances);
    ports.crash('account-read');
    const { account: name, quoteAsset } = ports.config;
    await ports.ledger.transaction((tx) =>
      tx.recordBaseline({
        account: name,
        venue: account.venue.id,
        accountId,
        quoteAsset,
        capitalQuote,
        ownsQuote: account.capitalQuote === undefined,
        balances,
        cursors,
        atMs,
      }),
    );
    ports.log.info({ accountId, capitalQuote, quoteAsset }, 'the account is taken over as it is');
  });
}

/**
 * A data folder belongs to one account. Asked before anything is sent with these keys; waits for the
 * venue.
 * @throws ConfigError when the keys are of another account.
 */
export async function assertSameAccount(
  ports: ExecutionPorts,
  account: AccountPort,
): Promise<void> {
  await untilAnswered(ports, async () => {
    const { accountId } = await account.venue.rights();
    const known = await ports.ledger.read((query) => query.venueAccount());
    const is = `${account.venue.id} account ${accountId}`;
    const should = `${known?.venue} account ${known?.accountId}`;
    if (is === should) return;
    throw new ConfigError(
      `this data folder belongs to ${should}, the keys are of ${is}: use the keys of that account, or give another folder with --data-dir`,
    );
  });
}

async function untilAnswered(ports: ExecutionPorts, ask: () => Promise<void>): Promise<void> {
  while (ports.mayAct()) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      ports.log.warn({ cause: errorText(error) }, 'waiting for the venue to show the account');
    }
    await ports.clock.sleep(RETRY_MS);
  }
}

interface FirstRead {
  readonly balances: readonly SeenBalance[];
  readonly cursors: readonly TradeCursor[];
  readonly atMs: number;
}

/** Balances with the trades they contain: nothing may happen on the account between the two. */
async function quietBalances(
  { clock, log }: ExecutionPorts,
  { venue, pairs }: AccountPort,
): Promise<FirstRead> {
  for (;;) {
    const before = await venue.balances();
    const atMs = Math.floor(clock.now());
    const cursors: TradeCursor[] = [];
    // Of more pairs only the time is known: what traded in that very second is asked about later.
    const isAsked = pairs.length <= PAIRS_AT_ONCE;
    for (const pair of pairs) {
      const bare = { pair, lastTradeId: undefined, sinceMs: atMs };
      cursors.push(isAsked ? await cursorAt(venue, pair, atMs) : bare);
    }
    const balances = await venue.balances();
    if (isSame(before, balances)) return { balances, cursors, atMs };
    log.info('the account changes while it is read; reading it again');
    await clock.sleep(RETRY_MS);
  }
}

async function cursorAt(
  venue: AccountPort['venue'],
  pair: Pair,
  atMs: number,
): Promise<TradeCursor> {
  const recent = await venue.trades({ pair, sinceMs: atMs - RECENT_MS, limit: TRADES_LIMIT });
  return { pair, lastTradeId: recent.at(-1)?.venueTradeId, sinceMs: atMs };
}

function isSame(before: readonly SeenBalance[], after: readonly SeenBalance[]): boolean {
  const totals = new Map(before.map((has) => [has.asset, add(has.free, has.locked)]));
  return (
    before.length === after.length &&
    after.every(({ asset, free, locked }) => {
      const total = totals.get(asset);
      return total !== undefined && isEqual(total, add(free, locked));
    })
  );
}

function capitalOf(
  { config }: ExecutionPorts,
  { capitalQuote }: AccountPort,
  balances: readonly SeenBalance[],
): DecimalText {
  const { quoteAsset } = config;
  const free = balances.find(({ asset }) => asset === quoteAsset)?.free;
  if (free === undefined || !isPositive(free)) {
    throw new ConfigError(`the account has no free ${quoteAsset}: transfer some and start again`);
  }
  if (capitalQuote === undefined) return free;
  if (isAbove(capitalQuote, free)) {
    throw new ConfigError(
      `execution.live_capital is ${format(capitalQuote)}, the account has ${free} ${quoteAsset} free: lower it or transfer more`,
    );
  }
  return capitalQuote;
}
