/** Reconciliation against the practice exchange, through real ccxt: the exchange's own books judge. */
import { afterEach, describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { add, format, ZERO } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import { totalOf } from '#core/reconcile/shares.ts';
import { checkLedger } from '#ledger/index.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type HandWorld, handWorld } from '../support/hand-world.ts';
import { liveDesk, type LiveDesk, type LiveDeskOptions, showPrice } from '../support/live-desk.ts';
import { accountConfig, UID } from '../support/practice-account.ts';
import { practice } from '../support/practice.ts';

const BTC = Pair.parse('BTC/USDT');
const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const WITHIN = { withinMs: 15_000 };

const closers: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface World {
  readonly exchange: PracticeExchange;
  readonly hand: HandWorld;
  desk: LiveDesk;
}

async function world(options: Partial<LiveDeskOptions> = {}): Promise<World> {
  const clock = systemClock();
  const hand = handWorld(clock, '100');
  showPrice(hand, 100);
  const balances = { USDT: '10000', BTC: '2', BNB: '5' };
  const exchange = await practice({
    clock,
    world: hand.world,
    accounts: accountConfig({ balances }),
  });
  closers.push(() => exchange.close());
  const desk = await liveDesk({ url: exchange.url, hand, ...options });
  closers.push(() => desk[Symbol.asyncDispose]());
  await desk.execution.compared();
  return { exchange, hand, desk };
}

async function byHand({ exchange }: World, action: string, body: object): Promise<void> {
  const answer = await fetch(`${exchange.url}/practice/accounts/${UID}/${action}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBe(201);
}

/** The exchange is asked itself, not through anything of the desk. */
async function truth({ exchange }: World): Promise<Record<string, string>> {
  const answer = await fetch(`${exchange.url}/practice/accounts`);
  const accounts = (await answer.json()) as {
    uid: number;
    balances: { asset: string; free: DecimalText; locked: DecimalText }[];
  }[];
  const mine = accounts.find(({ uid }) => uid === UID);
  return Object.fromEntries(
    (mine?.balances ?? []).map(({ asset, free, locked }) => [asset, format(add(free, locked))]),
  );
}

async function agrees(it_: World): Promise<boolean> {
  const shares = await it_.desk.ledger.read((query) => query.shares('live'));
  const is = await truth(it_);
  const assets = new Set([...shares.keys(), ...Object.keys(is)]);
  return [...assets].every((asset) => {
    const share = shares.get(asset);
    return format(share === undefined ? ZERO : totalOf(share)) === (is[asset] ?? '0');
  });
}

const position = ({ desk }: World) => desk.ledger.read((query) => query.position('live', BTC));
const orders = ({ desk }: World) => desk.ledger.read((query) => query.openOrders('live'));
const figures = ({ desk }: World) => desk.ledger.read((query) => query.figures('live'));
const open = ({ desk }: World) => desk.ledger.read((query) => query.openDifferences('live'));

async function entered(it_: World): Promise<void> {
  await it_.desk.wish(ENTER);
  await eventually(
    async () => {
      const working = (await orders(it_)).filter(({ status }) => status === 'open');
      return working.length === 2 && (await position(it_)) !== undefined;
    },
    { ...WITHIN, what: 'a position with its stop and target' },
  );
}

async function accepted(it_: World): Promise<string> {
  const about = { by: 'ada', reason: 'by hand', issuedMs: 0 };
  const id = `accept-${it_.desk.events.length}-0001`;
  return (await it_.desk.execution.obey({ id, kind: 'accept-differences', ...about })).message;
}

describe('an account that is real', () => {
  it('is equal to the ledger to the last digit after trading', async () => {
    const it_ = await world();
    await entered(it_);
    expect(await agrees(it_)).toBe(true);

    await it_.desk.wish({ action: 'exit' });
    await eventually(async () => (await position(it_)) === undefined, WITHIN);
    await it_.desk.execution.compared();

    expect(await agrees(it_)).toBe(true);
    expect(await open(it_)).toEqual([]);
    expect(it_.desk.problems).toEqual([]);
    expect((await checkLedger(join(it_.desk.folder, 'ledger.db'))).problems).toEqual([]);
  });

  it('keeps what a person trades apart from the desk’s', async () => {
    const it_ = await world({ capitalQuote: '5000' });
    await entered(it_);
    const before = await position(it_);
    const order = { symbol: 'BTCUSDT', side: 'SELL', newClientOrderId: 'web_1' };
    await byHand(it_, 'order', { ...order, type: 'MARKET', quantity: '0.5' });
    await byHand(it_, 'order', {
      ...order,
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0.1',
      price: '120',
      newClientOrderId: 'web_2',
    });

    await eventually(
      async () => {
        const external = await it_.desk.ledger.read((query) => query.externalOrders('live'));
        return external.length === 1 && (await agrees(it_));
      },
      { ...WITHIN, what: 'the stream tells of it' },
    );

    expect(await position(it_)).toEqual(before);
    expect(await figures(it_)).toMatchObject({ capitalQuote: '5000' });
    expect(await open(it_)).toEqual([]);
  });

  it.each([
    ['a deposit', { kind: 'deposit', asset: 'USDT', amount: '500' }, '10500'],
    ['a withdrawal', { kind: 'withdrawal', asset: 'USDT', amount: '2500' }, '7500'],
    [
      'a conversion',
      { kind: 'convert', asset: 'BNB', amount: '1', toAsset: 'USDT', toAmount: '600' },
      '10600',
    ],
  ])('is explained by the venue’s history: %s', async (_what, transfer, capital) => {
    const it_ = await world();
    await byHand(it_, 'transfer', transfer);

    await eventually(() => agrees(it_), { ...WITHIN, what: 'the flow is booked' });

    expect(await figures(it_)).toMatchObject({ capitalQuote: capital, peakEquityQuote: capital });
    expect(await open(it_)).toEqual([]);
    expect((await checkLedger(join(it_.desk.folder, 'ledger.db'))).problems).toEqual([]);
  });

  it('halts on coins that were moved without a word, names them, and goes on when that is accepted', async () => {
    const it_ = await world();
    await entered(it_);
    await byHand(it_, 'move', { asset: 'BNB', delta: '-1.25' });
    await it_.desk.execution.compared();

    const [halt] = await it_.desk.ledger.read((query) => query.halts());
    expect(halt?.kind).toBe('reconciliation');
    expect(halt?.reason).toContain('BNB: expected 5, found 3.75 (1.25 missing)');

    expect(await accepted(it_)).toBe('accepted 1: balance BNB');
    await it_.desk.execution.compared();

    expect(await it_.desk.ledger.read((query) => query.halts())).toEqual([]);
    expect(await agrees(it_)).toBe(true);
  });

  it('tells what happened while the desk was dead: its stop filled, a person traded', async () => {
    const it_ = await world();
    await entered(it_);
    await it_.desk.die();
    // The stop stands 2 % below the entry.
    showPrice(it_.hand, 97);
    it_.hand.trade('97.00', '1', 'sell');
    await byHand(it_, 'order', {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.2',
      newClientOrderId: 'web_3',
    });

    it_.desk = await liveDesk({ url: it_.exchange.url, hand: it_.hand, folder: it_.desk.folder });
    closers.push(() => it_.desk[Symbol.asyncDispose]());
    await it_.desk.execution.compared();
    await eventually(() => agrees(it_), { ...WITHIN, what: 'everything is booked' });

    expect(await position(it_), 'the stop was hit').toBeUndefined();
    expect(await open(it_)).toEqual([]);
    expect(it_.desk.counts.get('illegal event')).toBeUndefined();
  });

  it('halts when an older copy of the ledger meets orders that it does not know', async () => {
    const it_ = await world();
    await it_.desk.die();
    // Another folder with the same desk id: the same tag, none of the orders.
    const other = await liveDesk({ url: it_.exchange.url, hand: it_.hand });
    closers.push(() => other[Symbol.asyncDispose]());
    await other.execution.compared();
    await other.wish(ENTER);
    await eventually(
      async () => (await other.ledger.read((query) => query.openOrders('live'))).length === 2,
      WITHIN,
    );
    await other.die();

    it_.desk = await liveDesk({ url: it_.exchange.url, hand: it_.hand, folder: it_.desk.folder });
    closers.push(() => it_.desk[Symbol.asyncDispose]());
    await it_.desk.execution.compared();

    const [halt] = await it_.desk.ledger.read((query) => query.halts());
    expect(halt?.reason).toContain("carries this desk's tag and is not in its ledger");
    await it_.desk.wish(ENTER);
    const refusals = () =>
      it_.desk.events.flatMap((e) => (e.kind === 'intent.refused' ? e.reasons : []));
    await eventually(() => refusals().includes('halted'), WITHIN);
    expect(await agrees(it_), 'booked as what it is: not ours').toBe(true);
  });
});
