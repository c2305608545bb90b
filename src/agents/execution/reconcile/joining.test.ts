import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { deskTag } from '#core/orders/client-order-id.ts';
import { hashId } from '#platform/ids.ts';
import { BTC, testDesk, type TestDesk, type TestVenue } from '../desk.fixture.ts';
import { ScriptedAccount } from './account.fixture.ts';
import type { AccountPort } from './account-port.ts';

const ETH = Pair.parse('ETH/USDT');
const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const ENTER_ETH = { ...ENTER, pair: ETH };
const OURS = `${deskTag('test', hashId)}${'0'.repeat(24)}`;

interface World extends AsyncDisposable {
  readonly desk: TestDesk;
  readonly account: ScriptedAccount;
  /** What the next life finds on its disk. */
  pairs: readonly Pair[];
}

/** A desk that has traded BTC for a while; nobody has spoken of ETH. */
async function world(venue: TestVenue = {}): Promise<World> {
  const account = new ScriptedAccount();
  const it_ = { account, pairs: [BTC] as readonly Pair[] };
  const given = account.port();
  const port = Object.defineProperty(given, 'pairs', { get: () => it_.pairs }) as AccountPort;
  const desk = await testDesk(
    { open_positions_max: 5, correlated_exposure_max: 1 },
    { account: port, broker: account.watch, morePairs: [ETH], ...venue },
  );
  account.nowMs = () => Math.floor(desk.clock.now());
  await desk.price(50_000);
  for (const pair of [BTC, ETH]) desk.trade(100, 50_000, { pair });
  await desk.pass(3_000);
  return Object.assign(it_, { desk, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() });
}

function choose(it_: World, ...pairs: readonly Pair[]): void {
  it_.pairs = [...new Set([BTC, ...pairs])];
  const atMs = Math.floor(it_.desk.clock.now());
  const chosen = pairs.map((pair) => ({ pair, standing: 'trade', sinceMs: 0, why: '' }));
  it_.desk.execution.onUniverse(Universe.parse({ atMs, version: atMs, pairs: chosen, chain: [] }));
}

/** Refusals of the entry, or nothing when it was taken. */
async function enter({ desk }: World, action: object = ENTER_ETH): Promise<readonly string[]> {
  const { id } = await desk.send(action);
  return desk.events.flatMap((e) =>
    e.kind === 'intent.refused' && e.intentId === id ? e.reasons : [],
  );
}

const held = ({ desk }: World, pair = ETH) =>
  desk.ledger.read((query) => query.position('shadow', pair));

describe('a pair that joins a real account', () => {
  it('is not entered before anybody has chosen it', async () => {
    await using it_ = await world();

    expect(await enter(it_)).toEqual(['pair-joining']);
    expect(await enter(it_, ENTER)).toEqual([]);
  });

  it('is entered once its fees, orders and executions are known', async () => {
    await using it_ = await world();
    it_.account.calls.length = 0;

    choose(it_, BTC, ETH);
    expect(await enter(it_), 'asking takes a moment').toEqual(['pair-joining']);

    expect(it_.account.calls).toEqual([
      'openOrders',
      'learn ETH/USDT',
      'trades ETH/USDT',
      'balances',
    ]);
    expect(it_.account.followed).toEqual([BTC, ETH]);
    expect(await enter(it_)).toEqual([]);
    expect(await held(it_)).toBeDefined();
  });

  it('waits while the venue says nothing of it, and holds nobody up', async () => {
    await using it_ = await world();
    it_.account.silent.add(ETH);
    choose(it_, BTC, ETH);
    await it_.desk.pass(400_000);

    expect(await enter(it_)).toEqual(['pair-joining']);
    expect(await enter(it_, ENTER), 'the others go on').toEqual([]);
    it_.account.silent.clear();
    await it_.desk.pass(16_000);

    expect(await enter(it_)).toEqual([]);
  });

  it('waits for a venue that is away, and not for the next minute', async () => {
    await using it_ = await world();
    it_.account.isAway = true;
    it_.account.calls.length = 0;
    choose(it_, BTC, ETH);
    await it_.desk.pass(10_000);
    expect(it_.account.calls.length, 'it is not asked all the time').toBeLessThan(4);

    expect(await enter(it_)).toEqual(['pair-joining']);
    expect(await enter(it_, ENTER), 'the others go on').toEqual([]);
    it_.account.isAway = false;
    await it_.desk.pass(6_000);

    expect(await enter(it_)).toEqual([]);
  });

  it('waits for a venue that does not have it, and holds nobody up', async () => {
    await using it_ = await world();
    it_.account.unknown.add(ETH);
    choose(it_, BTC, ETH);
    await it_.desk.pass(400_000);

    expect(await enter(it_)).toEqual(['pair-joining']);
    expect(await enter(it_, ENTER), 'the others go on').toEqual([]);
  });

  it('is not taken for read while it is not known whose an execution is', async () => {
    await using it_ = await world();
    it_.account.trade({ pair: ETH, venueOrderId: 'not shown yet' });
    choose(it_, BTC, ETH);
    await it_.desk.pass(60_000);

    expect(await enter(it_)).toContain('pair-joining');
    const cursors = await it_.desk.ledger.read((query) => query.tradeCursors('shadow'));
    expect(cursors.map(({ pair }) => pair)).not.toContain(ETH);
  });

  it('holds nobody up while it cannot be told whose its executions are', async () => {
    await using it_ = await world();
    const unknown = {
      pair: ETH,
      venueOrderId: 'not shown yet',
      fee: '0' as never,
      feeAsset: 'USDT',
    };
    it_.account.trade({ ...unknown, side: 'buy' });
    it_.account.trade({ ...unknown, side: 'sell' });
    choose(it_, BTC, ETH);
    await it_.desk.pass(400_000);

    expect(await enter(it_)).toEqual(['pair-joining']);
    expect(await enter(it_, ENTER), 'the others go on').toEqual([]);
  });

  it('shows what a person has there before it is entered', async () => {
    await using it_ = await world();
    it_.account.openForeign('web_9', ETH);
    choose(it_, BTC, ETH);

    await enter(it_);
    await enter(it_);

    const kinds = it_.desk.events.map(({ kind }) => kind);
    expect(kinds.indexOf('order.foreign')).toBeGreaterThan(-1);
    expect(kinds.indexOf('order.foreign')).toBeLessThan(kinds.indexOf('intent.accepted'));
  });

  it('halts on executions of ours that no ledger knows, which the balances do not show', async () => {
    await using it_ = await world();
    const own = { pair: ETH, by: OURS, fee: '0' as never, feeAsset: 'USDT' };
    it_.account.trade({ ...own, side: 'buy' });
    it_.account.trade({ ...own, side: 'sell' });
    await it_.desk.execution.reconcile();
    choose(it_, BTC, ETH);

    expect(await enter(it_)).toContain('pair-joining');
    await it_.desk.pass(5_000);

    expect(await enter(it_)).toContain('halted');
    const [halt] = await it_.desk.ledger.read((query) => query.halts());
    expect(halt).toMatchObject({ kind: 'reconciliation' });
    expect(halt?.reason).toContain('ETH/USDT');
  });

  it('is not entered while coins of it are in doubt', async () => {
    await using it_ = await world();
    it_.account.move('ETH', '5');
    choose(it_, BTC, ETH);
    await it_.desk.pass(1_000);

    expect(await enter(it_), 'one read says nothing yet').toEqual(['pair-joining']);
    await it_.desk.pass(5_000);

    expect(await enter(it_)).toContain('halted');
  });

  it.each([1, 2, 3])('begins again when the process dies on the way (%i)', async (nth) => {
    let left = Number.POSITIVE_INFINITY;
    const crash = (point: string): void => {
      if (point !== 'account-read') return;
      left -= 1;
      if (left === 0) throw new Error('killed');
    };
    await using it_ = await world({ crash });
    const own = { pair: ETH, by: OURS, fee: '0' as never, feeAsset: 'USDT' };
    it_.account.trade({ ...own, side: 'buy' });
    it_.account.trade({ ...own, side: 'sell' });
    left = nth;
    choose(it_, BTC, ETH);
    await it_.desk.pass(3_000).catch(() => undefined);
    expect(left, 'it died').toBeLessThanOrEqual(0);

    await it_.desk.restart();
    const first = await enter(it_);
    await it_.desk.pass(5_000);

    expect(first).not.toEqual([]);
    expect(await enter(it_)).toContain('halted');
    expect(await held(it_)).toBeUndefined();
  });
});

describe('a pair that leaves a real account', () => {
  it('stays while it is held, over a restart, and is sold with the rest', async () => {
    await using it_ = await world();
    choose(it_, BTC, ETH);
    await it_.desk.pass(1_000);
    expect(await enter(it_)).toEqual([]);
    choose(it_, BTC);
    await it_.desk.pass(2_000);
    expect(it_.account.followed).toEqual([BTC, ETH]);

    await it_.desk.restart();
    choose(it_, BTC);
    await it_.desk.pass(3_000);
    const about = { by: 'ada', reason: 'x', issuedMs: 0 };
    const asked = it_.desk.execution.obey({ id: 'kill-0001', kind: 'kill-switch', ...about });
    await it_.desk.pass(5_000);
    await asked;

    expect(await held(it_)).toBeUndefined();
    await it_.desk.pass(2_000);
    expect(it_.account.followed, 'nothing of it is left').toEqual([BTC]);
  });

  it('joins anew when it comes back', async () => {
    await using it_ = await world();
    choose(it_, BTC, ETH);
    await it_.desk.pass(2_000);
    choose(it_, BTC);
    await it_.desk.pass(2_000);
    it_.account.isAway = true;

    choose(it_, BTC, ETH);

    expect(await enter(it_)).toEqual(['pair-joining']);
  });
});
