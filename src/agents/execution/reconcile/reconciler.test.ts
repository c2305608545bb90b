import { describe, expect, it } from 'vitest';
import { format } from '#core/money/decimal.ts';
import { totalOf } from '#core/reconcile/shares.ts';
import { ClientOrderId } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { checkLedger } from '#ledger/index.ts';
import { orderOf } from '#ledger/ledger.fixture.ts';
import { hashId } from '#platform/ids.ts';
import { BTC, testDesk, type TestDesk } from '../desk.fixture.ts';
import { ScriptedAccount } from './account.fixture.ts';
import type { AccountPort } from './account-port.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const TAG = deskTag('test', hashId);
const OTHER = `ndzzzz${'0'.repeat(24)}`;
const OURS = `${TAG}${'0'.repeat(24)}`;

interface World extends AsyncDisposable {
  readonly desk: TestDesk;
  readonly account: ScriptedAccount;
  readonly port: AccountPort;
}

async function world(
  account = new ScriptedAccount(),
  port: Partial<AccountPort> = {},
): Promise<World> {
  const given = account.port(port);
  const desk = await testDesk({}, { account: given, broker: account.watch });
  account.nowMs = () => Math.floor(desk.clock.now());
  await desk.price(50_000);
  desk.trade(100, 50_000);
  await desk.pass(3_000);
  return { desk, account, port: given, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
}

/** Lets a comparison happen with all the reads that it wants. */
async function compare({ desk }: World): Promise<void> {
  const compared = desk.execution.reconcile();
  await desk.pass(20_000);
  await compared;
}

async function ledgerTotals({ desk }: World): Promise<Record<string, string>> {
  const shares = await desk.ledger.read((query) => query.shares('shadow'));
  return Object.fromEntries([...shares].map(([asset, has]) => [asset, format(totalOf(has))]));
}

async function agrees(world_: World): Promise<void> {
  const { desk, account } = world_;
  const found = await ledgerTotals(world_);
  for (const [asset, total] of Object.entries(account.totals())) {
    expect(found[asset] ?? '0', asset).toBe(total);
  }
  expect(await desk.ledger.read((query) => query.openDifferences('shadow'))).toEqual([]);
}

const halts = async ({ desk }: World) => {
  const active = await desk.ledger.read((query) => query.halts());
  return active.filter(({ kind }) => kind === 'reconciliation');
};

const figures = ({ desk }: World) => desk.ledger.read((query) => query.figures('shadow'));
const position = ({ desk }: World) => desk.ledger.read((query) => query.position('shadow', BTC));

function accept({ desk }: World, id = 'accept-0001') {
  const about = { by: 'ada', reason: 'I moved it', issuedMs: 0 };
  return desk.execution.obey({ id, kind: 'accept-differences', ...about });
}

describe('the account at the first start', () => {
  it('is taken over as it is, and pairs open when it agrees', async () => {
    const account = new ScriptedAccount();
    account.move('ETH', '3');
    await using it_ = await world(account);
    const { desk } = it_;

    await desk.send(ENTER);

    await agrees(it_);
    expect((await position(it_))?.qty).toBeDefined();
    expect(await figures(it_)).toMatchObject({ capitalQuote: '10000' });
    expect(await desk.ledger.read((query) => query.venueAccount())).toMatchObject({
      accountId: '1001',
    });
  });

  it('gives the desk the capital that it was told and no more', async () => {
    await using it_ = await world(new ScriptedAccount(), { capitalQuote: '4000' as never });

    await agrees(it_);
    expect(await figures(it_)).toMatchObject({ capitalQuote: '4000' });
    const shares = await it_.desk.ledger.read((query) => query.shares('shadow'));
    expect(shares.get('USDT')).toMatchObject({ free: '4000', rest: '6000' });
  });

  it('is refused without the capital, with what to do', async () => {
    const starting = world(new ScriptedAccount(), { capitalQuote: '20000' as never });

    await expect(starting).rejects.toThrow(/live_capital is 20000, the account has 10000 USDT/);
  });

  it('is the account of the folder from then on', async () => {
    await using it_ = await world();
    it_.account.accountId = '1002';

    await expect(it_.desk.restart()).rejects.toThrow(/belongs to scripted account 1001/);
  });

  it('is not entered while the venue does not show it', async () => {
    await using it_ = await world();
    it_.account.isAway = true;
    // The identity is asked for too: the venue comes back for that and is gone again.
    const restarting = it_.desk.restart();
    it_.account.isAway = false;
    await restarting;
    it_.account.isAway = true;
    await it_.desk.pass(400_000);

    await it_.desk.price(50_000);
    await it_.desk.send(ENTER);

    const refused = it_.desk.events.flatMap((e) => (e.kind === 'intent.refused' ? e.reasons : []));
    expect(refused).toContain('pair-not-ready');
  });
});

describe('what happened on the account', () => {
  it('costs two requests when nothing did', async () => {
    await using it_ = await world();
    await it_.desk.send(ENTER);
    await compare(it_);
    it_.account.calls.length = 0;

    await compare(it_);

    expect(it_.account.calls).toEqual(['openOrders', 'balances']);
  });

  it('is booked when a fill was missed', async () => {
    await using it_ = await world();
    const { desk, account } = it_;
    await desk.send(ENTER);
    account.lag.event = (event) => event.kind !== 'fill' || event.fill.side === 'buy';
    const before = (await position(it_))?.qty;
    await desk.price(53_000);
    desk.trade(101, 53_005.3, { takerSide: 'buy', qty: '5.004' as never });
    await desk.pass(2_000);
    expect((await position(it_))?.qty, 'nobody told').toBe(before);

    await compare(it_);

    expect(Number((await position(it_))?.qty)).toBeCloseTo(Number(before) - 0.004, 8);
    await agrees(it_);
    expect(desk.counts.get('illegal event')).toBeUndefined();
  });

  it('is a person’s when no order of ours did it: booked, shown, not ours', async () => {
    await using it_ = await world();
    const { account, desk } = it_;
    await desk.send(ENTER);
    const before = await position(it_);
    account.trade({ side: 'buy', feeAsset: 'BNB', fee: '0.01' as never });
    account.openForeign('web_2');

    await compare(it_);

    await agrees(it_);
    expect(await position(it_)).toEqual(before);
    expect(await desk.ledger.read((query) => query.externalOrders('shadow'))).toMatchObject([
      { clientOrderId: 'web_2', owner: 'person' },
    ]);
    expect(await halts(it_)).toEqual([]);
    expect(await figures(it_), 'what a person spends is withdrawn').toMatchObject({
      capitalQuote: '9900',
    });
  });

  it('is explained when a pair that the desk does not trade was traded by hand', async () => {
    await using it_ = await world();
    it_.account.trade({ pair: Pair.parse('ETH/USDT'), feeAsset: 'ETH' });

    await compare(it_);

    await agrees(it_);
    expect(await halts(it_)).toEqual([]);
  });

  it.each([
    ['a deposit of quote', 'deposit', 'USDT', '500', '10500'],
    ['a withdrawal of quote', 'withdrawal', 'USDT', '-500', '9500'],
    ['a deposit of coins', 'deposit', 'ETH', '2', '10000'],
    ['a dust conversion', 'dust', 'BNB', '0.0001', '10000'],
  ] as const)('is explained by the history: %s', async (_what, kind, asset, amount, capital) => {
    await using it_ = await world();
    it_.account.flow(kind, asset, amount);

    await compare(it_);

    await agrees(it_);
    expect(await halts(it_)).toEqual([]);
    expect(await figures(it_)).toMatchObject({
      capitalQuote: capital,
      peakEquityQuote: capital,
      realisedQuote: '0',
    });
  });

  it('halts while the history does not show it and goes on when it does', async () => {
    await using it_ = await world();
    const { account, desk } = it_;
    account.lag.flow = () => false;
    account.flow('deposit', 'ETH', '2');
    await compare(it_);
    expect((await halts(it_))[0]?.reason).toContain('ETH: expected 0, found 2 (2 too much)');

    account.lag.flow = () => true;
    await compare(it_);

    await agrees(it_);
    expect(await halts(it_)).toEqual([]);
    expect(desk.counts.get('found flow')).toBe(1);
  });
});

describe('a difference that nothing explains', () => {
  it('halts with the asset, what was expected and found, since when and what to do', async () => {
    await using it_ = await world();
    const { account, desk } = it_;
    await desk.send(ENTER);
    account.move('USDT', '-12.5');

    await compare(it_);

    const [halt] = await halts(it_);
    const found = account.total('USDT');
    const expected = (await ledgerTotals(it_))['USDT'];
    expect(halt?.reason).toContain(`USDT: expected ${expected}, found ${found} (12.5 missing)`);
    expect(halt?.reason).toMatch(/since 20\d\d-.*UTC/);
    expect(halt?.reason).toContain('./start-bot.sh accept-differences');
    expect(halt?.liftedBy).toContain('accepts it');
    expect(desk.counts.get('found difference')).toBe(1);
  });

  it('stays over a restart', async () => {
    await using it_ = await world();
    it_.account.move('BTC', '1');
    await compare(it_);
    await it_.desk.restart();
    await it_.desk.pass(5_000);

    expect(await halts(it_)).toHaveLength(1);
    await it_.desk.send(ENTER);
    const refused = it_.desk.events.flatMap((e) => (e.kind === 'intent.refused' ? e.reasons : []));
    expect(refused).toEqual(expect.arrayContaining(['halted', 'pair-not-ready']));
  });

  it('is accepted by a person, once, with who and why', async () => {
    await using it_ = await world();
    const { account, desk } = it_;
    account.move('USDT', '-12.5');
    account.move('ETH', '1');
    await compare(it_);

    const accepting = accept(it_);
    await desk.pass(20_000);
    expect((await accepting).message).toBe('accepted 2: balance ETH, balance USDT');

    await agrees(it_);
    expect(await halts(it_)).toEqual([]);
    expect(await figures(it_)).toMatchObject({ capitalQuote: '9987.5', realisedQuote: '0' });
    const again = accept(it_);
    await desk.pass(20_000);
    expect((await again).message).toBe('accepted 2: balance ETH, balance USDT');
    await desk.send(ENTER);
    expect((await position(it_))?.qty).toBeDefined();
  });

  it('writes a position off by what is gone when that is accepted', async () => {
    await using it_ = await world();
    const { account, desk } = it_;
    await desk.send(ENTER);
    await desk.pass(4_000);
    const bought = (await position(it_))?.qty ?? '0';
    account.move('BTC', '-0.004');
    await compare(it_);
    expect((await halts(it_))[0]?.reason).toContain('(0.004 missing)');

    const accepting = accept(it_);
    await desk.pass(20_000);
    await accepting;

    await agrees(it_);
    expect(Number((await position(it_))?.qty)).toBeCloseTo(Number(bought) - 0.004, 8);
    expect(Number((await figures(it_))?.realisedQuote)).toBeLessThan(0);
  });

  it('is not seen where order events come between the reads', async () => {
    await using it_ = await world();
    const { account, desk } = it_;
    // The balances show it 3 s before the stream tells.
    account.move('USDT', '1');
    const compared = desk.execution.reconcile();
    for (let i = 0; i < 6; i += 1) {
      await desk.pass(1_000);
      desk.execution.onForeign(BTC);
    }
    account.move('USDT', '-1');
    await desk.pass(20_000);
    await compared;

    expect(desk.events.filter(({ kind }) => kind === 'halt.raised')).toEqual([]);
  });
});

it('compares a busy account no more often than it must', async () => {
  await using it_ = await world();
  const { desk, account } = it_;
  await desk.pass(10_000);
  account.calls.length = 0;

  for (let i = 0; i < 40; i += 1) {
    desk.execution.onForeign(BTC);
    await desk.pass(250);
  }

  const reads = account.calls.filter((call) => call === 'openOrders').length;
  expect(reads).toBeGreaterThan(2);
  expect(reads).toBeLessThanOrEqual(6);
});

describe('a capital that is stated', () => {
  it('lower than what was taken over sizes entries from then on, higher changes nothing', async () => {
    const spent = async (capital: string): Promise<number> => {
      const account = new ScriptedAccount();
      await using it_ = await world(account);
      // The port is read anew at each start, the capital of the ledger is not.
      Object.assign(it_.port, { capitalQuote: capital });
      await it_.desk.send(ENTER);
      return Number((await position(it_))?.costQuote);
    };

    const whole = await spent('10000');
    expect(await spent('20000')).toBeCloseTo(whole, 6);
    expect((await spent('2500')) / whole).toBeCloseTo(0.25, 1);
  });
});

describe('orders', () => {
  it('of another desk halt, until they are gone', async () => {
    await using it_ = await world();
    it_.account.openForeign(OTHER);
    await compare(it_);
    expect((await halts(it_))[0]?.reason).toContain('Two desks must not share an account');

    it_.account.orders.length = 0;
    await compare(it_);

    expect(await halts(it_)).toEqual([]);
  });

  it('with our tag and not in our ledger halt and are never touched', async () => {
    await using it_ = await world();
    it_.account.openForeign(OURS);

    await compare(it_);

    expect((await halts(it_))[0]?.reason).toContain('is not in its ledger');
    expect(it_.desk.counts.get('found stray')).toBeUndefined();
    const accepting = accept(it_);
    await it_.desk.pass(20_000);
    await accepting;
    expect(await halts(it_)).toEqual([]);
    await compare(it_);
    expect(await halts(it_), 'accepted for good').toEqual([]);
  });

  it('that executed with our tag and are not in our ledger stay open until accepted', async () => {
    await using it_ = await world();
    it_.account.trade({ by: OURS });
    await compare(it_);
    expect((await halts(it_))[0]?.reason).toContain('is not in its ledger');
    expect(await position(it_), 'never adopted').toBeUndefined();
    expect((await ledgerTotals(it_))['BTC']).toBe(it_.account.total('BTC'));

    const accepting = accept(it_);
    await it_.desk.pass(20_000);
    await accepting;

    expect(await halts(it_)).toEqual([]);
  });

  it('of another account of the folder are not taken for ours by their id', async () => {
    await using it_ = await world();
    const elsewhere = { ...orderOf({ id: 'a1' }), account: 'elsewhere' };
    const order = { ...elsewhere, clientOrderId: ClientOrderId.parse(OURS), pair: BTC };
    await it_.desk.ledger.transaction((tx) => tx.createOrder(order));

    it_.account.trade({ by: OURS });
    await compare(it_);

    expect((await halts(it_))[0]?.reason).toContain('is not in its ledger');
    const fills = await it_.desk.ledger.read((query) => query.fillsOf(order.clientOrderId));
    expect(fills, 'nothing is booked to it').toEqual([]);
  });

  it('of ours that had ended and work at the venue are cancelled there', async () => {
    await using it_ = await world();
    const { desk, account } = it_;
    await desk.send(ENTER);
    await desk.pass(10_000);
    const [entry] = await desk.ledger.read(async (query) => {
      const last = await query.lastEntry('shadow', BTC);
      return last === undefined ? [] : [last];
    });
    account.resurrect(entry?.clientOrderId ?? '', '77');

    const compared = desk.execution.reconcile();
    await desk.pass(1_000);
    account.orders.length = 0;
    await desk.pass(20_000);
    await compared;

    expect(account.calls).toContain(`cancel ${entry?.clientOrderId}`);
    expect(desk.counts.get('found stray')).toBeGreaterThan(0);
  });

  it('of ours that are cancelled without an answer do not keep their pair for ever', async () => {
    await using it_ = await world();
    const { desk, account } = it_;
    await desk.send(ENTER);
    await desk.pass(10_000);
    const entry = await desk.ledger.read((query) => query.lastEntry('shadow', BTC));
    account.resurrect(entry?.clientOrderId ?? '', '77');
    account.mute.add(`cancel ${entry?.clientOrderId}`);
    await compare(it_);
    account.orders.length = 0;
    account.mute.clear();

    await desk.pass(30_000);
    const about = { by: 'ada', reason: '', issuedMs: 0 };
    await desk.execution.obey({ id: 'flatten-1', kind: 'flatten', ...about });
    await desk.pass(5_000);

    expect(await desk.ledger.read((query) => query.unsettledCommands('shadow'))).toEqual([]);
    expect(await position(it_)).toBeUndefined();
  });

  it('that the venue forgot halt after three misses and end when that is accepted', async () => {
    await using it_ = await world();
    const { desk, account } = it_;
    await desk.send(ENTER);
    await desk.pass(4_000);
    const [stop] = await desk.ledger.read((query) => query.openOrders('shadow', BTC));
    account.forgotten.add(stop?.clientOrderId ?? '');
    await compare(it_);
    expect((await halts(it_))[0]?.reason).toContain('does not know the desk');

    const accepting = accept(it_);
    await desk.pass(20_000);
    await accepting;

    const after = await desk.ledger.read((query) => query.order(stop?.clientOrderId as never));
    expect(after?.status).toBe('expired');
  });

  it('that the venue forgot halt although a sale wants them away all the time', async () => {
    await using it_ = await world();
    const { desk, account } = it_;
    await desk.send(ENTER);
    await desk.pass(4_000);
    const open = await desk.ledger.read((query) => query.openOrders('shadow', BTC));
    for (const { clientOrderId } of open) account.forgotten.add(clientOrderId);
    const about = { by: 'ada', reason: '', issuedMs: 0 };
    await desk.execution.obey({ id: 'flatten-1', kind: 'flatten', ...about });
    account.calls.length = 0;
    for (let minute = 0; minute < 4; minute += 1) {
      const compared = desk.execution.reconcile();
      await desk.pass(60_000);
      await compared;
    }

    expect((await halts(it_))[0]?.reason).toContain('does not know the desk');
    const cancels = account.calls.filter((call) => call.startsWith('cancel'));
    expect(cancels.length, 'more and more rarely').toBeLessThan(20);
  });
});

it('reads what a person did also when the first try finds no venue', async () => {
  await using it_ = await world();
  const { desk, account } = it_;
  const bare = {
    qty: '0.01' as never,
    quoteQty: '500' as never,
    fee: '0' as never,
    feeAsset: 'USDT',
  };
  account.trade({ ...bare, side: 'buy' });
  account.trade({ ...bare, side: 'sell' });
  account.lost.add('trades BTC/USDT');
  desk.execution.onForeign(BTC);
  await desk.pass(10_000);
  account.lost.clear();

  await compare(it_);

  const told = desk.events.filter(({ kind }) => kind === 'order.foreign');
  expect(told, 'the balances say nothing of it').toHaveLength(2);
});

it('leaves a ledger that checks', async () => {
  await using it_ = await world();
  const { desk, account } = it_;
  await desk.send(ENTER);
  account.trade({
    side: 'sell',
    qty: '0.002' as never,
    quoteQty: '100' as never,
    feeAsset: 'USDT',
  });
  account.flow('withdrawal', 'USDT', '-300');
  account.move('BTC', '-0.001');
  await compare(it_);
  const accepting = accept(it_);
  await desk.pass(20_000);
  await accepting;
  await compare(it_);

  await agrees(it_);
  expect((await checkLedger(desk.ledgerPath)).problems).toEqual([]);
});
