/**
 * Money of a whole run added up again from nothing but its fills, in exact decimals and without the
 * desk's own position and money code.
 */
import Big from 'big.js';
import type { BalanceRow, FillRow, LedgerFacts, RoundTripRow } from './ledger-facts.ts';

type Sums = Map<string, Big>;

/** What the fills alone say about balances and round trips; each difference in words. */
export function profitDifferences(ledger: LedgerFacts): readonly string[] {
  const fills = ledger.fills();
  return [
    ...balanceDifferences(expectedBalances(fills, ledger.capital()), ledger.balances()),
    ...ledger.roundTrips().flatMap((trip) => roundTripDifferences(trip, fills)),
  ];
}

function expectedBalances(fills: readonly FillRow[], capital: string): Sums {
  const sums: Sums = new Map([['USDT', new Big(capital)]]);
  const add = (asset: string, amount: Big): void =>
    void sums.set(asset, (sums.get(asset) ?? new Big(0)).plus(amount));
  for (const fill of fills) {
    const [base = '', quote = ''] = fill.pair.split('/');
    const sign = fill.side === 'buy' ? 1 : -1;
    add(base, new Big(fill.qty).times(sign));
    add(quote, new Big(fill.price).times(fill.qty).times(-sign));
    add(fill.fee_asset, new Big(fill.fee).times(-1));
  }
  return sums;
}

function balanceDifferences(expected: Sums, balances: readonly BalanceRow[]): string[] {
  const own: Sums = new Map();
  for (const { kind, asset, balance } of balances) {
    if (!['free', 'held', 'dust'].includes(kind)) continue;
    own.set(asset, (own.get(asset) ?? new Big(0)).plus(balance));
  }
  return [...new Set([...expected.keys(), ...own.keys()])].flatMap((asset) => {
    const [want, have] = [expected.get(asset) ?? new Big(0), own.get(asset) ?? new Big(0)];
    return want.eq(have) ? [] : [`${asset}: fills say ${want}, ledger says ${have}`];
  });
}

function roundTripDifferences(trip: RoundTripRow, fills: readonly FillRow[]): string[] {
  const own = fills.filter(
    ({ pair, at_ms }) => pair === trip.pair && at_ms >= trip.opened_ms && at_ms <= trip.closed_ms,
  );
  const profit = own.reduce((sum, fill) => {
    const amount = new Big(fill.price).times(fill.qty);
    const isQuoteFee = fill.pair.endsWith(`/${fill.fee_asset}`);
    const afterFee = isQuoteFee ? sum.minus(fill.fee) : sum;
    return fill.side === 'buy' ? afterFee.minus(amount) : afterFee.plus(amount);
  }, new Big(0));
  return profit.eq(trip.profit_quote)
    ? []
    : [`${trip.pair} ${trip.opened_ms}: fills say ${profit}, ledger says ${trip.profit_quote}`];
}

/** Net profit of all closed round trips, for the report. */
export function closedProfit(trips: readonly RoundTripRow[]): string {
  return trips.reduce((sum, trip) => sum.plus(trip.profit_quote), new Big(0)).toFixed(4);
}
