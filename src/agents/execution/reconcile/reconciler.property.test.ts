import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, format, isEqual, parse, sub, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { gapOf } from '#core/reconcile/difference.ts';
import { totalOf } from '#core/reconcile/shares.ts';
import { checkLedger } from '#ledger/index.ts';
import { testDesk, type TestDesk } from '../desk.fixture.ts';
import { ScriptedAccount } from './account.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };

/** One thing that happens, and whether the histories of the venue show it only at the end. */
const step = fc.record({
  what: fc.constantFrom(
    'enter',
    'exit',
    'rally',
    'fall',
    'hand-buy',
    'hand-sell',
    'deposit',
    'withdraw',
    'dust',
    'restart',
    'compare',
  ),
  units: fc.integer({ min: 1, max: 900 }),
  isLate: fc.boolean(),
  isUnheard: fc.boolean(),
});

interface Step {
  readonly what: keyof typeof HAPPENINGS;
  readonly units: number;
  readonly isLate: boolean;
  readonly isUnheard: boolean;
}

const text = (value: string): DecimalText => value as DecimalText;
const part = (units: number): DecimalText =>
  format(parse(text(`${units}`)).div(parse(text('100000'))));

type Happening = (desk: TestDesk, account: ScriptedAccount, each: Step) => unknown;

const byHand =
  (side: 'buy' | 'sell'): Happening =>
  (_desk, account, { units, isUnheard }) =>
    account.trade({
      side,
      qty: part(units),
      quoteQty: text(`${units}`),
      feeAsset: isUnheard ? 'BNB' : 'USDT',
    });

const HAPPENINGS = {
  enter: (desk: TestDesk) => desk.send(ENTER),
  exit: (desk: TestDesk) => desk.send({ action: 'exit' }),
  rally: (desk: TestDesk) => desk.price(56_000),
  fall: (desk: TestDesk) => desk.price(44_000),
  'hand-buy': byHand('buy'),
  'hand-sell': byHand('sell'),
  deposit: (_desk: TestDesk, account: ScriptedAccount, { units, isUnheard }: Step) =>
    account.flow('deposit', isUnheard ? 'ETH' : 'USDT', `${units}`),
  withdraw: (_desk: TestDesk, account: ScriptedAccount, { units }: Step) =>
    account.flow('withdrawal', 'USDT', `-${units}`),
  dust: (_desk: TestDesk, account: ScriptedAccount, { units }: Step) => {
    account.flow('dust', 'BTC', `-${part(units)}`);
    account.flow('dust', 'BNB', part(units));
  },
  restart: (desk: TestDesk) => desk.restart(),
  compare: (desk: TestDesk) => compare(desk),
};

async function happen(desk: TestDesk, account: ScriptedAccount, each: Step): Promise<void> {
  account.lag.event = (event) =>
    event.kind !== 'fill' || event.fill.side === 'buy' || !each.isUnheard;
  await HAPPENINGS[each.what](desk, account, each);
  await desk.pass(500);
}

async function compare(desk: TestDesk): Promise<void> {
  const compared = desk.execution.reconcile();
  await desk.pass(15_000);
  await compared;
}

async function run(steps: readonly Step[], moved: Readonly<Record<string, string>>) {
  const account = new ScriptedAccount();
  account.move('BTC', '1');
  const desk = await testDesk({}, { account: account.port(), broker: account.watch });
  account.nowMs = () => Math.floor(desk.clock.now());
  await desk.price(50_000);
  await desk.pass(3_000);
  const late = new Set<string>();
  let isOver = false;
  account.lag.trade = (trade) => isOver || !late.has(trade.venueTradeId);
  account.lag.flow = (flow) => isOver || !late.has(flow.id);
  for (const each of steps) {
    const before = new Set([
      ...account.trades.map((t) => t.venueTradeId),
      ...account.flows.map((f) => f.id),
    ]);
    await happen(desk, account, each);
    if (!each.isLate) continue;
    for (const id of [
      ...account.trades.map((t) => t.venueTradeId),
      ...account.flows.map((f) => f.id),
    ]) {
      if (!before.has(id)) late.add(id);
    }
  }
  delete account.lag.event;
  isOver = true;
  for (const [asset, amount] of Object.entries(moved)) account.move(asset, amount);
  await compare(desk);
  await compare(desk);
  return { desk, account };
}

describe('whatever happens to an account and however late it is told', () => {
  const moves = fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    { ETH: '2' },
    { BTC: '-0.25' },
  );

  it('ledger and venue agree to the last digit, or the halt names exactly what is missing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 9 }),
        moves,
        async (steps, moved) => {
          const { desk, account } = await run(steps, moved);
          try {
            const { shares, open, fills } = await desk.ledger.read(async (query) => ({
              shares: await query.shares('shadow'),
              open: await query.openDifferences('shadow'),
              fills: await query.foreignTrades('shadow'),
            }));
            const named = new Map(
              open.flatMap(({ difference }) =>
                difference.kind === 'balance'
                  ? [[difference.asset, gapOf(difference)] as const]
                  : [],
              ),
            );
            expect(Object.fromEntries(named)).toEqual(moved);
            for (const [asset, has] of Object.entries(account.totals())) {
              const share = shares.get(asset);
              const should = add(
                share === undefined ? ZERO : totalOf(share),
                named.get(asset) ?? ZERO,
              );
              expect(isEqual(should, has), `${asset} ${format(sub(should, has))}`).toBe(true);
            }
            expect(fills).toEqual([]);
            expect((await checkLedger(desk.ledgerPath)).problems).toEqual([]);
          } finally {
            await desk[Symbol.asyncDispose]();
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});
