import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  type Decimal,
  format,
  isZero,
  negate,
  parse,
  sub,
  ZERO,
} from '#core/money/decimal.ts';
import { type Candidates, confirm } from './confirm.ts';
import { compareBalances, gapOf } from './difference.ts';
import { amount, OTHER_ID, OWN_ID, ownOrder, seenTrade, shares, TAG } from './seen.fixture.ts';
import { changesOf, type Shares, splitChange, totalOf } from './shares.ts';
import { judgeTrade } from './trades.ts';
import type { SeenFlow, SeenTrade } from './venue-view.ts';

/**
 * A random truth (fills of the desk, trades by hand, flows, coins moved without a word) observed
 * through random lag and loss. The bookkeeping beside it is the smallest one that obeys the rules.
 */
type Happening = { readonly lag: number } & (
  | { readonly kind: 'trade'; readonly by: 'desk' | 'person'; readonly trade: SeenTrade }
  | { readonly kind: 'flow'; readonly flow: SeenFlow }
  | { readonly kind: 'moved'; readonly asset: string; readonly by: Decimal }
);

const size = fc
  .integer({ min: 1, max: 5_000 })
  .map((units) => amount(format(parse(amount(`${units}`)).div(parse(amount('1000'))))));
const lag = fc.integer({ min: 0, max: 6 });

const traded = fc
  .record({
    by: fc.constantFrom<'desk' | 'person'>('desk', 'desk', 'person'),
    side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
    qty: size,
    quoteQty: size,
    fee: size,
    feeAsset: fc.constantFrom('BTC', 'USDT', 'BNB'),
    lag,
  })
  .map(({ by, lag: behind, ...rest }): Happening => ({
    kind: 'trade',
    by,
    lag: behind,
    trade: seenTrade({ ...rest, venueOrderId: by === 'desk' ? '7' : '99' }),
  }));

const flowed = fc
  .record({
    kind: fc.constantFrom<SeenFlow['kind']>('deposit', 'withdrawal', 'conversion', 'dust'),
    asset: fc.constantFrom('BTC', 'USDT', 'BNB'),
    size,
    comes: fc.boolean(),
    lag,
  })
  .map(({ kind, asset, size: by, comes, lag: behind }): Happening => ({
    kind: 'flow',
    lag: behind,
    flow: { kind, id: '', asset, amount: comes ? by : format(negate(by)), atMs: 0 },
  }));

const movedByHand = fc
  .record({ asset: fc.constantFrom('BTC', 'ETH'), size, comes: fc.boolean() })
  .map(({ asset, size: by, comes }): Happening => ({
    kind: 'moved',
    asset,
    by: comes ? parse(by) : negate(by),
    lag: 0,
  }));

/** Named by its place, as a venue numbers what happens. */
const truth = (happenings: fc.Arbitrary<Happening>) =>
  fc.array(happenings, { maxLength: 25 }).map((all) =>
    all.map((each, index): Happening => {
      const id = `${index}`;
      if (each.kind === 'trade') return { ...each, trade: { ...each.trade, venueTradeId: id } };
      return each.kind === 'flow' ? { ...each, flow: { ...each.flow, id } } : each;
    }),
  );

const RULES = { quoteAsset: 'USDT', ownsQuote: false };

class Book {
  readonly shares = new Map<string, Shares>([
    ['USDT', shares({ free: '6', rest: '4' })],
    ['BTC', shares({ rest: '3' })],
    ['BNB', shares({ rest: '3' })],
  ]);
  readonly booked = new Set<string>();

  fill(trade: SeenTrade): void {
    if (!this.#isNew(`trade ${trade.venueTradeId}`)) return;
    for (const [asset, change] of changesOf(trade)) {
      const before = this.#of(asset);
      this.shares.set(asset, { ...before, free: format(add(before.free, change)) });
    }
  }

  external(trade: SeenTrade): void {
    if (!this.#isNew(`trade ${trade.venueTradeId}`)) return;
    for (const [asset, change] of changesOf(trade)) this.#split(asset, change);
  }

  flow(flow: SeenFlow): void {
    if (this.#isNew(`flow ${flow.id}`)) this.#split(flow.asset, parse(flow.amount));
  }

  #isNew(key: string): boolean {
    if (this.booked.has(key)) return false;
    this.booked.add(key);
    return true;
  }

  #of(asset: string): Shares {
    return this.shares.get(asset) ?? shares();
  }

  #split(asset: string, change: Decimal): void {
    const before = this.#of(asset);
    const part = splitChange(asset, change, { shares: before, rules: RULES });
    this.shares.set(asset, {
      ...before,
      free: format(add(before.free, part.desk)),
      dust: format(add(before.dust, part.dust)),
      rest: format(add(before.rest, part.rest)),
    });
  }
}

function venueTotals(happened: readonly Happening[]): ReadonlyMap<string, Decimal> {
  const totals = new Map([...new Book().shares].map(([asset, has]) => [asset, totalOf(has)]));
  const change = (asset: string, by: Decimal): void => {
    totals.set(asset, add(totals.get(asset) ?? ZERO, by));
  };
  for (const each of happened) {
    if (each.kind === 'trade') for (const [asset, by] of changesOf(each.trade)) change(asset, by);
    else if (each.kind === 'flow') change(each.flow.asset, parse(each.flow.amount));
    else change(each.asset, each.by);
  }
  return totals;
}

/** One read: what the histories show by now is booked, then balances are compared. */
function pass(book: Book, happened: readonly Happening[], at: { step: number; known: Candidates }) {
  happened.forEach((each, index) => {
    if (index + each.lag > at.step) return;
    if (each.kind === 'flow') book.flow(each.flow);
    if (each.kind !== 'trade') return;
    const order = each.trade.venueOrderId === '7' ? ownOrder() : undefined;
    const clientOrderId = order === undefined ? 'web_99' : OWN_ID;
    const found = judgeTrade(each.trade, { clientOrderId, order, deskTag: TAG });
    if (found.kind === 'fill') book.fill(each.trade);
    if (found.kind === 'external') book.external(each.trade);
  });
  const balances = [...venueTotals(happened)].map(([asset, total]) => ({
    asset,
    free: format(total),
    locked: amount('0'),
  }));
  return confirm(at.known, {
    differences: compareBalances(book.shares, balances),
    atMs: at.step,
    heard: happened.length,
    isRestless: false,
  });
}

const QUIET_PASSES = 10;

function observe(
  all: readonly Happening[],
  onPass?: (book: Book, happened: readonly Happening[]) => void,
) {
  const book = new Book();
  let known: Candidates = new Map();
  for (let step = 0; step < all.length + QUIET_PASSES; step += 1) {
    const happened = all.slice(0, step + 1);
    known = pass(book, happened, { step, known });
    onPass?.(book, happened);
  }
  return { book, known };
}

describe('whatever happened and however late it is told', () => {
  const explained = truth(fc.oneof(traded, flowed));

  it('ledger and venue agree to the last digit once every history shows it', () => {
    fc.assert(
      fc.property(explained, (all) => {
        const { book, known } = observe(all);

        const open = [...known.values()].filter(({ difference }) => difference.kind === 'balance');
        expect(open).toEqual([]);
        for (const [asset, total] of venueTotals(all)) {
          const has = book.shares.get(asset) ?? shares();
          expect(format(totalOf(has)), asset).toBe(format(total));
        }
      }),
    );
  });

  it('what no history shows is named by exactly its amount and nothing else is', () => {
    fc.assert(
      fc.property(truth(fc.oneof(traded, flowed, movedByHand)), (all) => {
        const { known } = observe(all);

        const moved = new Map<string, Decimal>();
        for (const each of all) {
          if (each.kind !== 'moved') continue;
          moved.set(each.asset, add(moved.get(each.asset) ?? ZERO, each.by));
        }
        const open = [...known.values()].filter(({ difference }) => difference.kind === 'balance');
        expect(Object.fromEntries(open.map(({ difference: d }) => [d.key, gapOf(d)]))).toEqual(
          Object.fromEntries(
            [...moved]
              .filter(([, by]) => !isZero(by))
              .map(([asset, by]) => [`balance ${asset}`, format(by)]),
          ),
        );
        expect(open.every(({ isConfirmed }) => isConfirmed)).toBe(true);
      }),
    );
  });

  it('the desk’s coins are what its own fills and its capital say, never what a person did', () => {
    fc.assert(
      fc.property(explained, (all) => {
        observe(all, (book, happened) => {
          const own = new Map<string, Decimal>();
          for (const each of happened) {
            if (each.kind !== 'trade' || each.by !== 'desk') continue;
            if (!book.booked.has(`trade ${each.trade.venueTradeId}`)) continue;
            for (const [asset, by] of changesOf(each.trade)) {
              own.set(asset, add(own.get(asset) ?? ZERO, by));
            }
          }
          for (const asset of ['BTC', 'BNB']) {
            const free = book.shares.get(asset)?.free ?? amount('0');
            expect(isZero(sub(free, own.get(asset) ?? ZERO)), asset).toBe(true);
          }
        });
      }),
    );
  });
});

it('an order of another desk is never ours', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9A-Za-z_-]{0,32}$/), (id) => {
      const found = judgeTrade(seenTrade(), { clientOrderId: id, order: undefined, deskTag: TAG });
      expect(found.kind).not.toBe('fill');
    }),
    { examples: [[OTHER_ID], [OWN_ID]] },
  );
});
