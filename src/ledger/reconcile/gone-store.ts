import { add, format, isZero, negate, parse, ZERO } from '#core/money/decimal.ts';
import { baseOf } from '#core/model/pair.ts';
import { writeOff } from '#core/portfolio/position.ts';
import { assert } from '#platform/errors.ts';
import { addToFigures, figuresStatements, fund } from '../figures-store.ts';
import type { LedgerTransaction } from '../ledger.ts';
import { closeRoundTrip, positionStatements, rowWith } from '../position-store.ts';
import { positionAsWritten, positionStateOf } from '../rows.ts';
import type { StoreContext } from '../store-context.ts';
import { restOf, type WriteOff } from './reconciliation.ts';

type GoneStore = Pick<LedgerTransaction, 'coverQuote' | 'writeOff'>;

/** What the desk owned and the account has no more, once a person has accepted it. */
export function goneStore(context: StoreContext): GoneStore {
  return {
    coverQuote: async (missing, by) => {
      const { account, quoteAsset: asset, atMs, equityQuote } = by;
      await context.balances.post({
        kind: 'adjust',
        ref: `accepted ${asset}`,
        account: restOf(account),
        atMs,
        entries: [
          { kind: 'free', asset, amount: parse(missing) },
          { kind: 'adjustment', asset, amount: negate(missing) },
        ],
      });
      await fund(context, figuresStatements(context.builder), {
        account,
        asset,
        amount: format(negate(missing)),
        atMs,
        reason: `accepted ${asset}`,
        from: 'adjustment',
        equityQuote,
      });
    },
    writeOff: (input) => takeOut(context, input),
  };
}

async function takeOut(context: StoreContext, { account, pair, qty, atMs }: WriteOff) {
  const sql = positionStatements(context.builder);
  const before = await context.session.one(sql.byPair({ account, pair }));
  assert(before !== undefined, 'a position that is written off exists', { pair });
  const state = positionStateOf(before);
  const after = writeOff(state, qty);
  const asset = baseOf(pair);
  const gone = { kind: 'write-off', ref: pair, atMs } as const;
  await context.balances.post({
    ...gone,
    account,
    entries: [
      { kind: 'free', asset, amount: negate(qty) },
      { kind: 'adjustment', asset, amount: parse(qty) },
    ],
  });
  await context.balances.post({
    ...gone,
    account: restOf(account),
    entries: [
      { kind: 'free', asset, amount: parse(qty) },
      { kind: 'adjustment', asset, amount: negate(qty) },
    ],
  });
  const isClosed = isZero(after.qty);
  const levels = isClosed ? { stop_price: null, target_price: null } : {};
  const row = { ...rowWith(before, after, atMs), ...levels };
  await context.session.run(sql.save(row));
  await addToFigures(context, figuresStatements(context.builder), {
    account,
    profitQuote: format(add(after.realisedQuote, negate(state.realisedQuote))),
    feeQuote: format(ZERO),
    otherFeeQuote: format(ZERO),
    // It says nothing about how the desk trades.
    closedProfitQuote: undefined,
  });
  const roundTrip = isClosed ? await closeRoundTrip(context, sql, row) : undefined;
  return { position: positionAsWritten(row), roundTrip };
}
