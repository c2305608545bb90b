import {
  add,
  type Decimal,
  format,
  isBelow,
  isEqual,
  isNegative,
  isPositive,
  parse,
  sub,
  ZERO,
} from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { baseOf, type Pair, quoteOf } from '#core/model/pair.ts';
import {
  applyFill,
  flatPosition,
  type PositionState,
  writeOff,
  writeOffDust,
} from '#core/portfolio/position.ts';
import type { PositionRow } from '../position-store.ts';
import { amount, fillOf, positionStateOf } from '../rows.ts';
import type { CheckContext } from './check-context.ts';

/**
 * Replays every fill through the same function that booked it. The fills' transactions are in the
 * order of the fills, and the dust postings among them say when a rest was written off.
 */
export function checkPositions(context: CheckContext): { positions: number } {
  const replay = replayFills(context);
  let positions = 0;
  for (const row of context.rows(context.builder.selectFrom('positions').selectAll())) {
    positions += 1;
    const key = `${row.account} ${row.pair}`;
    compare(context, row, replay.pairs.get(key));
    replay.pairs.delete(key);
  }
  for (const key of replay.pairs.keys()) {
    context.problems.add('position-differs', `${key} has fills and no position`);
  }
  checkFigures(context, replay.accounts);
  checkCoins(context, replay.coins);
  return { positions };
}

interface Replayed {
  readonly state: PositionState;
  readonly dustQty: Decimal;
  /** Fees paid in the base asset: so much others may have paid for the desk. */
  readonly baseFees: Decimal;
}

const NEVER_TRADED: Replayed = { state: flatPosition(0), dustQty: ZERO, baseFees: ZERO };

interface AccountSums {
  readonly realised: Decimal;
  readonly fees: Decimal;
}

type Sums = Map<string, Decimal>;

interface Replay {
  readonly pairs: Map<string, Replayed>;
  readonly accounts: Map<string, AccountSums>;
  /** What trading brought of each asset, by account. */
  readonly coins: Sums;
}

function replayFills(context: CheckContext): Replay {
  const replay: Replay = { pairs: new Map(), accounts: new Map(), coins: new Map() };
  const fills = [...context.rows(context.builder.selectFrom('fills').selectAll().orderBy('seq'))];
  let next = 0;
  const gone = writtenOff(context);
  for (const { id, kind, ref, account } of moves(context)) {
    if (kind === 'dust') {
      replayDust(replay, account, ref);
      continue;
    }
    if (kind === 'write-off') {
      const qty = gone.get(id);
      if (qty !== undefined) replayWriteOff(replay, { account, pair: ref, qty });
      continue;
    }
    const fill = fills[next];
    next += 1;
    if (fill !== undefined && fill.client_order_id === ref) replayFill(replay, fill);
    else context.problems.add('fill-without-transaction', `a posting for order ${ref} has no fill`);
  }
  for (const fill of fills.slice(next)) {
    context.problems.add(
      'fill-without-transaction',
      `fill ${fill.venue_trade_id} of ${fill.client_order_id} moved no money`,
    );
  }
  return replay;
}

function moves(context: CheckContext) {
  return context.rows(
    context.builder
      .selectFrom('transactions')
      .innerJoin('entries', 'entries.transaction_id', 'transactions.id')
      .innerJoin('accounts', 'accounts.id', 'entries.account_id')
      .where('transactions.kind', 'in', ['fill', 'dust', 'write-off'])
      .groupBy('transactions.id')
      .select(['transactions.id', 'transactions.kind', 'transactions.ref'])
      .select(({ fn }) => fn.max('accounts.account').as('account'))
      .orderBy('transactions.id'),
  );
}

type FillRow = Parameters<typeof fillOf>[0];

function replayFill(replay: Replay, row: FillRow): void {
  const fill = fillOf(row);
  const key = `${fill.account} ${fill.pair}`;
  const before = replay.pairs.get(key);
  const effect = applyFill(before?.state, fill, amount(row.other_fee_quote));
  const fee = fill.feeAsset === baseOf(fill.pair) ? parse(fill.fee) : ZERO;
  const { dustQty, baseFees } = before ?? NEVER_TRADED;
  replay.pairs.set(key, { state: effect.position, dustQty, baseFees: add(baseFees, fee) });
  plus(replay.coins, `${fill.account} ${baseOf(fill.pair)}`, effect.baseChange);
  plus(replay.coins, `${fill.account} ${quoteOf(fill.pair)}`, effect.quoteChange);
  if (fill.feeAsset !== baseOf(fill.pair) && fill.feeAsset !== quoteOf(fill.pair)) {
    plus(replay.coins, `${fill.account} ${fill.feeAsset}`, sub(ZERO, fill.fee));
  }
  plusFigures(replay, fill.account, {
    realised: add(ZERO, effect.profitQuote),
    fees: add(ZERO, effect.feeQuote),
  });
}

function replayDust(replay: Replay, account: string, pair: string): void {
  const key = `${account} ${pair}`;
  const before = replay.pairs.get(key) ?? NEVER_TRADED;
  const { qty, costQuote } = before.state;
  replay.pairs.set(key, {
    ...before,
    state: writeOffDust(before.state),
    dustQty: add(before.dustQty, qty),
  });
  plus(replay.coins, `${account} ${baseOf(pair as Pair)}`, sub(ZERO, qty));
  plusFigures(replay, account, { realised: sub(ZERO, costQuote), fees: ZERO });
}

/** What write-offs took out of positions; the other half of each gives it back to the rest. */
function writtenOff(context: CheckContext): ReadonlyMap<number, DecimalText> {
  const taken = context.builder
    .selectFrom('entries')
    .innerJoin('accounts', 'accounts.id', 'entries.account_id')
    .innerJoin('transactions', 'transactions.id', 'entries.transaction_id')
    .where('transactions.kind', '=', 'write-off')
    .where('accounts.kind', '=', 'adjustment')
    .select(['transactions.id', 'entries.amount']);
  const quantities = new Map<number, DecimalText>();
  for (const row of context.rows(taken)) {
    if (isPositive(amount(row.amount))) quantities.set(row.id, amount(row.amount));
  }
  return quantities;
}

function replayWriteOff(
  replay: Replay,
  of: { readonly account: string; readonly pair: string; readonly qty: DecimalText },
): void {
  const key = `${of.account} ${of.pair}`;
  const before = replay.pairs.get(key) ?? NEVER_TRADED;
  const state = writeOff(before.state, of.qty);
  replay.pairs.set(key, { ...before, state });
  plusFigures(replay, of.account, {
    realised: sub(state.realisedQuote, before.state.realisedQuote),
    fees: ZERO,
  });
}

function plus(sums: Sums, key: string, value: Parameters<typeof add>[1]): void {
  sums.set(key, add(sums.get(key) ?? ZERO, value));
}

function plusFigures(replay: Replay, account: string, change: AccountSums): void {
  const before = replay.accounts.get(account) ?? { realised: ZERO, fees: ZERO };
  replay.accounts.set(account, {
    realised: add(before.realised, change.realised),
    fees: add(before.fees, change.fees),
  });
}

function compare(context: CheckContext, row: PositionRow, replayed: Replayed | undefined): void {
  const name = `position ${row.account} ${row.pair}`;
  const found = positionStateOf(row);
  const expected = replayed?.state ?? flatPosition(0);
  for (const field of ['qty', 'costQuote', 'realisedQuote', 'feesQuote'] as const) {
    if (isEqual(found[field], expected[field])) continue;
    context.problems.add(
      'position-differs',
      `${name} has ${field} ${found[field]}, its fills give ${expected[field]}`,
    );
  }
  if (!isEqual(amount(row.dust_qty), replayed?.dustQty ?? ZERO)) {
    context.problems.add('position-differs', `${name} has dust ${row.dust_qty} and should not`);
  }
  // A venue that takes the fees of the base asset from others' coins lets so much more be sold.
  const owed = add(found.qty, amount(row.dust_qty));
  if (isNegative(found.qty) || isBelow(add(owed, replayed?.baseFees ?? ZERO), ZERO)) {
    context.problems.add(
      'position-negative',
      `${name} is ${format(owed)}: more was sold than bought`,
    );
  }
}

function checkFigures(context: CheckContext, sums: ReadonlyMap<string, AccountSums>): void {
  for (const row of context.rows(context.builder.selectFrom('account_figures').selectAll())) {
    const { realised, fees } = sums.get(row.account) ?? { realised: ZERO, fees: ZERO };
    if (isEqual(amount(row.realised_quote), realised) && isEqual(amount(row.fees_quote), fees)) {
      continue;
    }
    context.problems.add(
      'figures-differ',
      `account ${row.account} says ${row.realised_quote} realised and ${row.fees_quote} fees, its fills ${format(realised)} and ${format(fees)}`,
    );
  }
}

const MOVED_WITHOUT_FILLS = ['fund', 'baseline', 'flow', 'external', 'adjust', 'write-off'];

/** What is free and held of each asset is what came from outside and what the fills brought. */
function checkCoins(context: CheckContext, traded: Sums): void {
  const { builder } = context;
  const expected: Sums = new Map(traded);
  const funded = builder
    .selectFrom('entries')
    .innerJoin('accounts', 'accounts.id', 'entries.account_id')
    .innerJoin('transactions', 'transactions.id', 'entries.transaction_id')
    .where('transactions.kind', 'in', MOVED_WITHOUT_FILLS)
    .where('accounts.kind', '=', 'free')
    .select(['accounts.account', 'accounts.asset', 'entries.amount']);
  for (const row of context.rows(funded)) {
    plus(expected, `${row.account} ${row.asset}`, amount(row.amount));
  }
  const found: Sums = new Map();
  const owned = builder.selectFrom('accounts').selectAll().where('kind', 'in', ['free', 'held']);
  for (const row of context.rows(owned)) {
    plus(found, `${row.account} ${row.asset}`, amount(row.balance));
  }
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const is = found.get(key) ?? ZERO;
    const should = expected.get(key) ?? ZERO;
    if (isEqual(is, should)) continue;
    context.problems.add(
      'coins-differ',
      `${key} free and held is ${format(is)}, funding and fills give ${format(should)}`,
    );
  }
}
