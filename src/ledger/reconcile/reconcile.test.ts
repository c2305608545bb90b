import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, format, parse, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Difference } from '#core/reconcile/difference.ts';
import { changesOf, totalOf } from '#core/reconcile/shares.ts';
import type { SeenFlow } from '#core/reconcile/venue-view.ts';
import { checkLedger } from '../check/check-ledger.ts';
import { ACCOUNT, PAIR, T0, tempLedger, text, trade as buy } from '../ledger.fixture.ts';
import type { Ledger } from '../ledger.ts';
import { connectSqlite } from '../sqlite/connection.ts';
import type { Baseline, ExternalOrder, ExternalTrade, OutsideChange } from './reconciliation.ts';

const BY: OutsideChange = {
  account: ACCOUNT,
  quoteAsset: 'USDT',
  ownsQuote: true,
  atMs: T0 + 1_000,
  equityQuote: undefined,
};

const BASELINE: Baseline = {
  account: ACCOUNT,
  venue: 'practice',
  accountId: '1001',
  quoteAsset: 'USDT',
  capitalQuote: text('10000'),
  ownsQuote: true,
  balances: [
    { asset: 'USDT', free: text('10000'), locked: text('0') },
    { asset: 'BTC', free: text('1'), locked: text('0.5') },
    { asset: 'BNB', free: text('3'), locked: text('0') },
  ],
  cursors: [{ pair: PAIR, lastTradeId: '17', sinceMs: T0 }],
  atMs: T0,
};

async function accountLedger(changes: Partial<Baseline> = {}) {
  const temp = await tempLedger({ isFunded: false });
  await temp.ledger.transaction((tx) => tx.recordBaseline({ ...BASELINE, ...changes }));
  return temp;
}

const flow = (changes: Partial<SeenFlow>): SeenFlow => ({
  kind: 'deposit',
  id: '1',
  asset: 'USDT',
  amount: text('500'),
  atMs: T0,
  ...changes,
});

const trade = (changes: Partial<ExternalTrade> = {}): ExternalTrade => ({
  pair: PAIR,
  kind: 'trade',
  venueTradeId: '99',
  venueOrderId: '9',
  clientOrderId: 'web_1',
  owner: 'person',
  side: 'sell',
  price: text('100'),
  qty: text('1'),
  quoteQty: text('100'),
  fee: text('0.01'),
  feeAsset: 'BNB',
  isMaker: false,
  atMs: T0,
  acceptedMs: undefined,
  ...changes,
});

async function totals(ledger: Ledger): Promise<Record<string, DecimalText>> {
  const shares = await ledger.read((query) => query.shares(ACCOUNT));
  return Object.fromEntries([...shares].map(([asset, has]) => [asset, format(totalOf(has))]));
}

const check = async (path: string) => (await checkLedger(path)).problems;

describe('the account at the venue', () => {
  it('begins with what the venue has, of which the capital is the desk’s', async () => {
    await using temp = await accountLedger({ capitalQuote: text('4000'), ownsQuote: false });
    const { ledger } = temp;

    expect(await totals(ledger)).toEqual({ USDT: '10000', BTC: '1.5', BNB: '3' });
    const shares = await ledger.read((query) => query.shares(ACCOUNT));
    expect(shares.get('USDT')).toEqual({ free: '4000', held: '0', dust: '0', rest: '6000' });
    expect(shares.get('BTC')).toMatchObject({ free: '0', rest: '1.5' });
    expect((await ledger.read((query) => query.figures(ACCOUNT)))?.capitalQuote).toBe('4000');
    expect(await ledger.read((query) => query.venueAccount())).toMatchObject({
      venue: 'practice',
      accountId: '1001',
      ownsQuote: false,
    });
    expect(await check(temp.path)).toEqual([]);
  });

  it('is one for a data folder', async () => {
    await using temp = await accountLedger();

    const again = temp.ledger.transaction((tx) =>
      tx.recordBaseline({ ...BASELINE, accountId: '1002' }),
    );

    await expect(again).rejects.toMatchObject({ code: 'ledger.other-account' });
  });

  it('books a flow once, and what comes is no profit', async () => {
    await using temp = await accountLedger();
    const { ledger } = temp;
    const book = () => ledger.transaction((tx) => tx.bookFlow(flow({}), BY));

    expect([await book(), await book()]).toEqual(['new', 'duplicate']);

    const figures = await ledger.read((query) => query.figures(ACCOUNT));
    expect(figures).toMatchObject({
      capitalQuote: '10500',
      peakEquityQuote: '10500',
      dayStartEquityQuote: '10500',
      realisedQuote: '0',
    });
    expect(await totals(ledger)).toMatchObject({ USDT: '10500' });
    expect(await check(temp.path)).toEqual([]);
  });

  it('keeps the drawdown what it was when most of the capital is withdrawn', async () => {
    await using temp = await accountLedger();
    const { ledger } = temp;

    await ledger.transaction((tx) =>
      tx.bookFlow(flow({ kind: 'withdrawal', amount: text('-8100') }), {
        ...BY,
        equityQuote: text('9000'),
      }),
    );

    const figures = await ledger.read((query) => query.figures(ACCOUNT));
    expect(figures?.peakEquityQuote, '10 % above 900, as 10000 was above 9000').toBe('1000');
    expect(figures?.capitalQuote).toBe('1900');
  });

  it('books a person’s trade once, with its fee', async () => {
    await using temp = await accountLedger();
    const { ledger } = temp;
    const book = () => ledger.transaction((tx) => tx.bookExternalTrade(trade(), BY));

    expect([await book(), await book()]).toEqual(['new', 'duplicate']);

    expect(await totals(ledger)).toEqual({ USDT: '10100', BTC: '0.5', BNB: '2.99' });
    expect(await ledger.read((query) => query.position(ACCOUNT, PAIR))).toBeUndefined();
    expect(await check(temp.path)).toEqual([]);
  });

  it('leaves the desk’s coins to the desk when a person sells more than the rest has', async () => {
    await using temp = await accountLedger({ balances: [] });
    const { ledger } = temp;
    await buy(ledger, { id: 'entry1', trade: '1' });

    await ledger.transaction((tx) => tx.bookExternalTrade(trade({ qty: text('0.004') }), BY));

    const shares = await ledger.read((query) => query.shares(ACCOUNT));
    expect(shares.get('BTC')?.rest).toBe('-0.004');
    const position = await ledger.read((query) => query.position(ACCOUNT, PAIR));
    expect(position?.qty).toBe(shares.get('BTC')?.free);
  });

  it('takes coins that are gone out of a position with their share of the cost', async () => {
    await using temp = await accountLedger();
    const { ledger } = temp;
    await buy(ledger, { id: 'entry1', trade: '1' });
    const before = await ledger.read((query) => query.position(ACCOUNT, PAIR));
    const half = format(parse(before?.qty ?? text('0')).div(parse(text('2'))));
    const input = { account: ACCOUNT, pair: PAIR, qty: half, atMs: T0 + 5 };

    const first = await ledger.transaction((tx) => tx.writeOff(input));
    expect(first.position.qty).toBe(half);
    expect(first.roundTrip).toBeUndefined();
    expect(await check(temp.path)).toEqual([]);
    const second = await ledger.transaction((tx) => tx.writeOff(input));

    expect(second.roundTrip?.profitQuote).toBe(`-${before?.costQuote}`);
    const figures = await ledger.read((query) => query.figures(ACCOUNT));
    expect(figures).toMatchObject({ realisedQuote: `-${before?.costQuote}`, lossesInRow: 0 });
    expect(await check(temp.path)).toEqual([]);
  });

  it('keeps differences until they are explained or accepted', async () => {
    await using temp = await accountLedger();
    const { ledger } = temp;
    const lacks = (found: string): Difference => ({
      kind: 'balance',
      key: 'balance BTC',
      asset: 'BTC',
      expected: text('1.5'),
      found: text(found),
    });
    const open = () => ledger.read((query) => query.openDifferences(ACCOUNT));

    await ledger.transaction((tx) => tx.saveDifference(ACCOUNT, lacks('1'), T0));
    await ledger.transaction((tx) => tx.saveDifference(ACCOUNT, lacks('0.9'), T0 + 60_000));
    expect(await open()).toMatchObject([{ difference: lacks('0.9'), sinceMs: T0, state: 'open' }]);

    const end = { state: 'accepted', by: 'ada', reason: 'gift', atMs: T0 + 90_000 } as const;
    await ledger.transaction((tx) => tx.endDifference(ACCOUNT, 'balance BTC', end));
    await ledger.transaction((tx) => tx.adjustBalance({ asset: 'BTC', amount: text('-0.6') }, BY));

    expect(await open()).toEqual([]);
    expect(await totals(ledger)).toMatchObject({ BTC: '0.9' });
    expect(await check(temp.path)).toEqual([]);
  });

  it('shows orders that are not ours while they are open and asks nobody to accept a person’s', async () => {
    await using temp = await accountLedger();
    const { ledger } = temp;
    const order: ExternalOrder = {
      pair: PAIR,
      venueOrderId: '9',
      clientOrderId: 'web_1',
      owner: 'person',
      side: 'sell',
      status: 'open',
      qty: text('1'),
      price: undefined,
      filledQty: text('0'),
      atMs: T0,
      acceptedMs: undefined,
    };
    const shown = () => ledger.read((query) => query.externalOrders(ACCOUNT));
    const set = (orders: readonly ExternalOrder[]) =>
      ledger.transaction((tx) => tx.setExternalOrders(ACCOUNT, orders, T0));

    await set([order]);
    await set([{ ...order, filledQty: text('0.5'), status: 'partly-filled' }]);
    expect(await shown()).toMatchObject([{ filledQty: '0.5', status: 'partly-filled' }]);
    await set([]);
    expect(await shown()).toEqual([]);

    await ledger.transaction((tx) =>
      tx.bookExternalTrade(trade({ owner: 'other-desk', clientOrderId: 'ndx' }), BY),
    );
    await ledger.transaction((tx) =>
      tx.bookExternalTrade(trade({ venueTradeId: '98', owner: 'person' }), BY),
    );
    const unaccepted = () => ledger.read((query) => query.foreignTrades(ACCOUNT));
    expect((await unaccepted()).map(({ clientOrderId }) => clientOrderId)).toEqual(['ndx']);
    await ledger.transaction((tx) => tx.acceptExternal(ACCOUNT, 'ndx', T0));
    expect(await unaccepted()).toEqual([]);
  });

  it('comes to what happened, whatever happened, and the check agrees', async () => {
    const size = fc
      .integer({ min: 1, max: 90_000 })
      .map((units) => text(format(parse(text(`${units}`)).div(parse(text('1000'))))));
    const asset = fc.constantFrom('USDT', 'BTC', 'BNB', 'ETH');
    const happening = fc.oneof(
      fc.record({ asset, size, comes: fc.boolean() }),
      fc.record({
        side: fc.constantFrom<'buy' | 'sell'>('buy', 'sell'),
        qty: size,
        quoteQty: size,
        fee: size,
        feeAsset: asset,
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 8 }),
        fc.boolean(),
        async (all, ownsQuote) => {
          await using temp = await accountLedger({ ownsQuote });
          const expected = new Map(
            Object.entries(await totals(temp.ledger)).map(([name, has]) => [name, parse(has)]),
          );
          const by = { ...BY, ownsQuote, equityQuote: text('10000') };
          for (const [index, each] of all.entries()) {
            const id = `${index}`;
            if ('comes' in each) {
              const amount = each.comes ? each.size : text(`-${each.size}`);
              await temp.ledger.transaction((tx) =>
                tx.bookFlow(flow({ id, asset: each.asset, amount }), by),
              );
              expected.set(each.asset, add(expected.get(each.asset) ?? ZERO, amount));
              continue;
            }
            const done = trade({ ...each, venueTradeId: id });
            await temp.ledger.transaction((tx) => tx.bookExternalTrade(done, by));
            for (const [name, change] of changesOf(done)) {
              expected.set(name, add(expected.get(name) ?? ZERO, change));
            }
          }
          for (const [name, total] of Object.entries(await totals(temp.ledger))) {
            expect(total, name).toBe(format(expected.get(name) ?? ZERO));
          }
          expect(await check(temp.path)).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('the check of what was not the desk’s', () => {
  it.each([
    ['a flow that says something else', `update venue_flows set amount = '501'`],
    ['a flow that moved nothing', `delete from venue_flows`],
    ['a trade that says something else', `update external_trades set qty = '2'`],
  ])('finds %s', async (_what, damage) => {
    await using temp = await accountLedger();
    await temp.ledger.transaction((tx) => tx.bookFlow(flow({ asset: 'BNB' }), BY));
    await temp.ledger.transaction((tx) => tx.bookExternalTrade(trade(), BY));
    expect(await check(temp.path)).toEqual([]);

    const connection = connectSqlite({ path: temp.path, isReadOnly: false, lockWaitMs: 1_000 });
    connection.exec(damage);
    connection.close();

    expect((await check(temp.path)).map(({ code }) => code)).toContain('outside-differs');
  });
});
