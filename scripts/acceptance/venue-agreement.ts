/** What ledger and venue do not agree on, to the last digit; read from the database's plain rows. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { add, format, isEqual, sub, sum } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { eventually } from '../../tests/support/eventually.ts';
import { venueAccount, type VenueOrder } from './venue-account.ts';

export interface Agreement {
  readonly problems: readonly string[];
  readonly assets: number;
  readonly fills: number;
  readonly openOrders: number;
  /** Positions above dust and those of them whose stop works at the venue. */
  readonly positions: number;
  readonly protectedPositions: number;
}

interface LedgerSide {
  readonly totals: ReadonlyMap<string, DecimalText>;
  readonly open: ReadonlySet<string>;
  readonly positions: ReadonlyMap<string, DecimalText>;
  /** Trade ids by symbol. */
  readonly fills: ReadonlyMap<string, readonly string[]>;
}

/** A moving desk is asked until both sides stand still: an order may be on its way. */
export async function venueAgreement(dataDir: string, withinMs = 15_000): Promise<Agreement> {
  let latest: Agreement | undefined;
  await eventually(
    async () => {
      latest = await compare(dataDir);
      return latest.problems.length === 0;
    },
    { withinMs, what: 'ledger and venue agree' },
  ).catch(() => undefined);
  if (latest === undefined) throw new Error('ledger and venue were never compared');
  return latest;
}

async function compare(dataDir: string): Promise<Agreement> {
  const venue = venueAccount(dataDir);
  const ledger = ledgerSide(dataDir);
  const [balances, orders] = [await venue.balances(), await venue.openOrders()];
  const problems: string[] = [];
  const atVenue = new Map(balances.map((row) => [row.asset, add(dec(row.free), dec(row.locked))]));
  for (const asset of new Set([...ledger.totals.keys(), ...atVenue.keys()])) {
    const [has, should] = [format(atVenue.get(asset) ?? dec('0')), ledger.totals.get(asset) ?? '0'];
    if (!isEqual(dec(has), dec(should))) problems.push(`${asset}: venue ${has}, ledger ${should}`);
  }
  const there = new Set(orders.map(({ clientOrderId }) => clientOrderId));
  for (const id of ledger.open)
    if (!there.has(id)) problems.push(`${id} is open only in the ledger`);
  for (const id of there)
    if (!ledger.open.has(id)) problems.push(`${id} is open only at the venue`);
  let fills = 0;
  for (const [symbol, known] of ledger.fills) {
    const trades = (await venue.trades(symbol)).map(({ id }) => String(id));
    fills += trades.length;
    const only = (own: readonly string[], other: readonly string[]): string[] =>
      own.filter((id) => !other.includes(id));
    problems.push(...only(trades, known).map((id) => `${symbol} trade ${id} is not in the ledger`));
    problems.push(...only(known, trades).map((id) => `${symbol} trade ${id} is not at the venue`));
  }
  const bare = unprotected(ledger, orders);
  problems.push(...bare.map((pair) => `${pair} has no working stop for all of it at the venue`));
  const positions = ledger.positions.size;
  return {
    problems,
    assets: ledger.totals.size,
    fills,
    openOrders: there.size,
    positions,
    protectedPositions: positions - bare.length,
  };
}

/** A stop covers a position when what is left of it is the position, less than a step apart. */
function unprotected(ledger: LedgerSide, orders: readonly VenueOrder[]): string[] {
  return [...ledger.positions].flatMap(([pair, qty]) => {
    const stops = orders.filter(
      ({ symbol, side, type }) =>
        symbol === pair.replace('/', '') && side === 'SELL' && type.startsWith('STOP_LOSS'),
    );
    const covered = sum(
      stops.map(({ origQty, executedQty }) => sub(dec(origQty), dec(executedQty))),
    );
    const rest = Number(format(sub(dec(qty), covered)));
    // One percent is above any dust of the sizes traded here and far below a missing stop.
    return rest <= Number(qty) * 0.01 && rest >= 0 ? [] : [pair];
  });
}

function ledgerSide(dataDir: string): LedgerSide {
  const database = new DatabaseSync(join(dataDir, 'ledger.db'), { readOnly: true, timeout: 5_000 });
  try {
    const rows = (sql: string): Record<string, string>[] =>
      database.prepare(sql).all() as Record<string, string>[];
    const totals = new Map<string, DecimalText>();
    for (const { asset = '', balance = '0' } of rows(
      `select asset, balance from accounts where (account = 'live' and kind in ('free', 'held', 'dust'))
       or (account = 'live-rest' and kind = 'free')`,
    )) {
      totals.set(asset, format(add(totals.get(asset) ?? dec('0'), dec(balance))));
    }
    const fills = new Map<string, string[]>();
    for (const { pair = '', id = '' } of rows(
      `select pair, venue_trade_id as id from fills where account = 'live'
       union all select pair, venue_trade_id as id from external_trades where account = 'live'`,
    )) {
      const symbol = pair.replace('/', '');
      fills.set(symbol, [...(fills.get(symbol) ?? []), id]);
    }
    return {
      totals,
      fills,
      open: new Set(
        rows(
          `select client_order_id as id from orders where account = 'live' and is_ended = 0`,
        ).map(({ id = '' }) => id),
      ),
      positions: new Map(
        rows(`select pair, qty from positions where account = 'live' and qty <> '0'`).map(
          ({ pair = '', qty = '0' }) => [pair, dec(qty)],
        ),
      ),
    };
  } finally {
    database.close();
  }
}

/** The venue writes eight decimals. */
function dec(text: string): DecimalText {
  return (text.includes('.') ? text.replace(/\.?0+$/, '') : text) as DecimalText;
}

export function agreementText(agreement: Agreement): string {
  const { problems, assets, fills, openOrders, positions, protectedPositions } = agreement;
  if (problems.length > 0) return problems.slice(0, 4).join('; ');
  return `${assets} assets, ${fills} fills, ${openOrders} open orders, ${protectedPositions} of ${positions} positions protected`;
}
