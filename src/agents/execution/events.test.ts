import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';
import { ScriptedAccount } from './reconcile/account.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };

const of = (desk: TestDesk, ...kinds: readonly DeskEvent['kind'][]) =>
  desk.events.filter(({ kind }) => kinds.includes(kind));

describe('events of a position', () => {
  it('are told in the order of what happened, and the ledger keeps the same', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.send({ action: 'exit' });
    await desk.pass(2_000);

    expect(of(desk, 'position.changed', 'position.closed', 'order.filled')).toMatchObject([
      { kind: 'order.filled', fill: { side: 'buy' } },
      { kind: 'position.changed', position: { stopPrice: '49004.9', targetPrice: '53005.3' } },
      { kind: 'order.filled', fill: { side: 'sell' } },
      // Less than a lot is left, since the fee was paid in coins.
      { kind: 'position.changed', position: { pair: BTC } },
      { kind: 'position.closed', cause: 'exit', position: { qty: '0' } },
    ]);
    const reader = await openLedgerReader(desk.ledgerPath);
    const kept = await reader.events({ afterSeq: 0, limit: 100 });
    await reader.close();
    const told = desk.events.filter(({ kind }) => !kind.startsWith('intent.'));
    expect(kept.map(({ event }) => event)).toEqual(told);
    expect(kept.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
  });

  it('say what a closed one brought over what was paid, and what closed it', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.price(48_000);
    desk.trade(2, 48_000);
    await desk.pass(2_000);

    const [closed] = of(desk, 'position.closed');

    expect(closed).toMatchObject({ cause: 'stop' });
    const fraction = closed?.kind === 'position.closed' ? closed.profitFraction : undefined;
    expect(fraction, 'four percent, the slippage, the fees and the rest').toBeCloseTo(-0.053, 3);
  });

  it('tell of a stop that trails, and of no stop that is placed anew', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.send({ ...ENTER, trailingDistanceFraction: 0.02 });
    expect(of(desk, 'stop.moved')).toEqual([]);

    await desk.price(51_000);
    desk.trade(2, 51_000);
    await desk.pass(1_000);
    await desk.send({ action: 'exit' });
    await desk.pass(2_000);
    await desk.send(ENTER);

    const moved = of(desk, 'stop.moved');
    expect(moved[0]).toMatchObject({ account: 'shadow', pair: BTC, previousStopPrice: '49004.9' });
    expect(moved.every((event) => event.kind === 'stop.moved' && event.stopPrice > '49')).toBe(
      true,
    );
  });
});

describe('events of a command without an answer', () => {
  it('say that it is in doubt and what became of it', async () => {
    await using desk = await testDesk({}, { section: { entry: { style: 'taker' } }, broker: mute });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.pass(3_000);

    expect(of(desk, 'order.doubtful', 'order.cleared')).toMatchObject([
      { kind: 'order.doubtful', pair: BTC, command: 'place', cause: 'timeout' },
      { kind: 'order.cleared', pair: BTC, outcome: 'refused: absent: the venue never got it' },
    ]);
  });
});

/** Nothing that is placed arrives. */
function mute(paper: Broker): Broker {
  return new Proxy(paper, {
    get: (target, name) => {
      if (name === 'place') return () => Promise.resolve({ outcome: 'unknown', cause: 'timeout' });
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('events of an account', () => {
  async function world() {
    const account = new ScriptedAccount();
    const desk = await testDesk({}, { account: account.port(), broker: account.watch });
    account.nowMs = () => Math.floor(desk.clock.now());
    await desk.price(50_000);
    await desk.pass(3_000);
    const compare = async (): Promise<void> => {
      const compared = desk.execution.reconcile();
      await desk.pass(20_000);
      await compared;
    };
    return { desk, account, compare, [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose]() };
  }

  it('say what differs, and that it is explained or who accepted it', async () => {
    await using it_ = await world();
    const { desk, account, compare } = it_;
    account.move('USDT', '-12.5');
    await compare();
    account.move('USDT', '12.5');
    await compare();
    account.move('USDT', '-3');
    await compare();
    const about = { by: 'ada', reason: 'x', issuedMs: 0 };
    const accepting = desk.execution.obey({
      id: 'accept-01',
      kind: 'accept-differences',
      ...about,
    });
    await desk.pass(20_000);
    await accepting;

    const told = of(desk, 'difference.found', 'difference.ended');

    expect(told).toMatchObject([
      { kind: 'difference.found', account: 'shadow', key: 'balance USDT' },
      { kind: 'difference.ended', key: 'balance USDT', how: 'explained' },
      { kind: 'difference.found', key: 'balance USDT' },
      { kind: 'difference.ended', key: 'balance USDT', how: 'accepted by ada' },
    ]);
    expect(told[0]).toHaveProperty('text', expect.stringContaining('12.5 missing'));
  });

  it('tell of an order of somebody else once, open or executed', async () => {
    await using it_ = await world();
    const { desk, account, compare } = it_;
    account.openForeign('web_2');
    await compare();
    account.trade({ side: 'buy', feeAsset: 'BNB', fee: '0.01' as never });
    await compare();
    await desk.restart();
    await compare();

    expect(of(desk, 'order.foreign')).toMatchObject([
      { account: 'shadow', pair: BTC, owner: 'person' },
      { account: 'shadow', pair: BTC, owner: 'person' },
    ]);
  });
});
