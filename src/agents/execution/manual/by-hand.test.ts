import { describe, expect, it } from 'vitest';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import { Pair } from '#core/model/pair.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { CrashPoint } from '../ports.ts';
import { BTC, type TestDesk, testDesk } from '../desk.fixture.ts';

const ETH = Pair.parse('ETH/USDT');
const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };

type Fields = Partial<OperatorCommand>;

function command(desk: TestDesk, kind: OperatorCommand['kind'], fields: Fields): OperatorCommand {
  const issuedMs = desk.clock.now();
  return {
    id: `command-${kind}`,
    kind,
    by: 'ann',
    origin: 'chat',
    reason: 'x',
    issuedMs,
    ...fields,
  };
}

/** Asks and lets what follows happen. */
async function ask(desk: TestDesk, kind: OperatorCommand['kind'], fields: Fields) {
  const answer = desk.execution.obey(command(desk, kind, fields));
  await desk.pass(1_000);
  return answer;
}

const buy = (more: object = {}): Fields => ({ order: { side: 'buy', pair: BTC, ...more } });
const sell = (more: object = {}): Fields => ({ order: { side: 'sell', pair: BTC, ...more } });

const held = (desk: TestDesk, pair = BTC) =>
  desk.ledger.read((query) => query.position('shadow', pair));
const open = (desk: TestDesk) => desk.ledger.read((query) => query.openOrders('shadow'));
const pending = (desk: TestDesk) => desk.ledger.read((query) => query.pendingInbox(9));
const halts = (desk: TestDesk) => desk.ledger.read((query) => query.halts());
const done = (desk: TestDesk) => desk.events.filter(({ kind }) => kind === 'command.done');

async function deskWith(limits = {}, morePairs: Pair[] = []): Promise<TestDesk> {
  const desk = await testDesk(limits, { morePairs });
  await desk.price(50_000);
  return desk;
}

describe('a buy by hand', () => {
  it('is sized and guarded as any entry and says what it does', async () => {
    await using desk = await deskWith();

    const answer = await ask(desk, 'order', buy());

    expect(answer.isDone).toBe(true);
    expect(answer.message).toMatch(
      /^buying 0\.\d+ BTC up to 50\d+.* USDT, stop 49\d+.*, target 53\d+/,
    );
    const stops = (await open(desk)).filter(({ leg }) => leg === 'stop');
    expect(stops, 'the stop of 2 % of the config').toMatchObject([{ stopPrice: '49004.9' }]);
    expect(done(desk)).toEqual([
      {
        kind: 'command.done',
        id: 'command-order',
        command: 'order',
        by: 'ann',
        origin: 'chat',
        reason: 'x',
        result: answer.message,
      },
    ]);
    expect(await pending(desk)).toEqual([]);
  });

  it('takes its own stop, target and risk', async () => {
    await using desk = await deskWith({ pair_exposure_max: 0.9 });

    await ask(desk, 'order', buy({ stopDistanceFraction: 0.05, targetDistanceFraction: 0.1 }));
    const usual = Number((await held(desk))?.qty);
    await ask(desk, 'close', { pair: BTC });
    await ask(desk, 'order', {
      id: 'command-larger',
      ...buy({ stopDistanceFraction: 0.05, targetDistanceFraction: 0.1, riskFraction: 0.002 }),
    });

    const [stop] = (await open(desk)).filter(({ leg }) => leg === 'stop');
    expect(stop).toMatchObject({ stopPrice: '47504.75' });
    expect(Number((await held(desk))?.qty) / usual, 'twice the risk').toBeCloseTo(2, 1);
  });

  it.each([
    [
      'more risk than the limit',
      { riskFraction: 0.5 },
      /risk 0.5 .* is above .*risk_fraction_max 0.02/,
    ],
    [
      'a stop beyond the limit',
      { stopDistanceFraction: 0.5 },
      /^refused: BTC\/USDT: stop-distance 0.5/,
    ],
    ['a pair that is not traded', { pair: Pair.parse('NO/USDT') }, /NO\/USDT is not traded/],
  ])('is refused for %s', async (_what, more, message) => {
    await using desk = await deskWith();

    const answer = await ask(desk, 'order', buy(more));

    expect(answer.isDone).toBe(false);
    expect(answer.message).toMatch(message);
    expect(done(desk)).toMatchObject([{ result: answer.message }]);
    expect(await held(desk)).toBeUndefined();
    expect(await pending(desk)).toEqual([]);
  });

  it('is refused while entries are halted, for stale data, and for a pair that is held', async () => {
    await using desk = await deskWith();
    await ask(desk, 'pause', {});
    const paused = await ask(desk, 'order', { id: 'command-1', ...buy() });
    await ask(desk, 'resume', {});
    await desk.silence(10_000);
    const staleAnswer = desk.execution.obey(command(desk, 'order', { id: 'command-2', ...buy() }));
    await desk.silence(1_000);
    await desk.price(50_000);
    await ask(desk, 'order', { id: 'command-3', ...buy() });
    const again = await ask(desk, 'order', { id: 'command-4', ...buy() });

    expect(paused.message).toBe('refused: BTC/USDT: halted: paused');
    expect((await staleAnswer).message).toContain('refused: BTC/USDT: stale-data');
    expect(again.message).toContain('duplicate-pair');
    expect(await held(desk)).toBeDefined();
  });

  it('is carried out once however often it is sent, and the answer is the same', async () => {
    await using desk = await deskWith();
    const wish = command(desk, 'order', buy());

    const both = Promise.all([desk.execution.obey(wish), desk.execution.obey(wish)]);
    await desk.pass(1_000);
    const [first, second] = await both;
    await ask(desk, 'close', { pair: BTC });
    const later = await desk.execution.obey(wish);

    expect(second).toEqual(first);
    expect(later).toEqual(first);
    expect(await held(desk)).toBeUndefined();
    expect(desk.counts.get('order sent') ?? 0, 'no candle was behind it').toBe(0);
  });

  it('that came too late is refused', async () => {
    await using desk = await deskWith();
    const issuedMs = desk.clock.now() - 90_000;

    const answer = await ask(desk, 'order', { ...buy(), issuedMs });

    expect(answer.message).toContain('it was asked for 90 s ago');
  });

  it.each([
    // The new process has seen no price yet: closed for entries, whoever wants them.
    ['received', 1, /^refused: BTC.USDT: pair-not-ready/, 0],
    ['in-transaction', 2, /^refused: BTC.USDT: pair-not-ready/, 0],
    ['committed', 2, /^buying/, 1],
    ['before-send', 1, /^buying/, 1],
    ['after-send', 1, /^buying/, 1],
  ] as const)('is decided once when the process dies %s (%i)', async (point, nth, told, orders) => {
    let left = Number.POSITIVE_INFINITY;
    const crash = (at: CrashPoint): void => {
      if (at !== point) return;
      left -= 1;
      if (left === 0) throw new Error('killed');
    };
    await using desk = await testDesk({}, { crash });
    await desk.price(50_000);
    const wish = command(desk, 'order', buy());
    left = nth;
    void desk.execution.obey(wish).catch(() => undefined);
    await desk.clock.advance(10);

    await desk.restart();
    await desk.pass(20_000);

    expect(left, 'it died').toBeLessThanOrEqual(0);
    const answer = await desk.execution.obey(wish);
    expect(answer.message).toMatch(told);
    expect(done(desk).length).toBeLessThanOrEqual(1);
    const reader = await openLedgerReader(desk.ledgerPath);
    const { rows } = await reader.orders({ limit: 100 });
    expect(rows.filter(({ leg }) => leg === 'entry')).toHaveLength(orders);
    const { rows: actions } = await reader.operatorActions({ limit: 9 });
    expect(actions).toMatchObject([{ result: answer.message }]);
    const events = await reader.events({ afterSeq: 0, limit: 100 });
    expect(events.filter(({ event }) => event.kind === 'command.done')).toHaveLength(1);
    await reader.close();
    expect(await pending(desk)).toEqual([]);
  });
});

describe('a sale by hand', () => {
  it('of a share leaves the rest guarded', async () => {
    await using desk = await deskWith();
    await desk.send(ENTER);
    const before = Number((await held(desk))?.qty);

    const answer = await ask(desk, 'order', sell({ share: 0.5 }));

    expect(answer.isDone).toBe(true);
    expect(answer.message).toMatch(/^selling 0\.\d+ BTC$/);
    const after = Number((await held(desk))?.qty);
    expect(after / before).toBeCloseTo(0.5, 1);
    const stops = (await open(desk)).filter(({ leg }) => leg === 'stop');
    expect(Number(stops[0]?.qty), 'but for less than a lot').toBeCloseTo(after, 3);
    expect(stops).toHaveLength(1);
    expect(await halts(desk)).toEqual([]);
  });

  it('of all of it closes the pair', async () => {
    await using desk = await deskWith();
    await desk.send(ENTER);

    await ask(desk, 'order', sell());

    expect(await held(desk)).toBeUndefined();
    expect(await open(desk)).toEqual([]);
    expect(await pending(desk)).toEqual([]);
  });

  it('of nothing is refused', async () => {
    await using desk = await deskWith();

    const share = await ask(desk, 'order', { id: 'command-1', ...sell({ share: 0.5 }) });
    const whole = await ask(desk, 'order', { id: 'command-2', ...sell() });

    expect(share).toMatchObject({ isDone: false, message: 'refused: BTC/USDT: nothing-to-sell' });
    expect(whole.message).toBe('refused: nothing of BTC/USDT is held or on its way');
    expect(done(desk)).toHaveLength(2);
  });
});

describe('a close', () => {
  it('sells one pair, also while entries are halted, and pauses nothing', async () => {
    await using desk = await deskWith({}, [ETH]);
    await desk.send(ENTER);
    await desk.send({ ...ENTER, pair: ETH });

    const answer = await ask(desk, 'close', { pair: BTC });

    expect(answer.message).toMatch(/^selling 0\.\d+ BTC$/);
    expect(await held(desk)).toBeUndefined();
    expect(await held(desk, ETH), 'the other pair stays').toBeDefined();
    expect((await open(desk)).map(({ pair }) => pair)).toEqual([ETH, ETH]);
    expect(await halts(desk)).toEqual([]);
    expect(await pending(desk)).toEqual([]);
    await desk.send(ENTER);
    expect(await held(desk), 'the desk goes on').toBeDefined();
  });

  it('takes back an entry that waits in the book', async () => {
    const section = { entry: { style: 'maker', timeout_ms: 600_000 } };
    await using desk = await testDesk({}, { section });
    await desk.price(50_000);
    await desk.send(ENTER);
    expect(await open(desk)).toHaveLength(1);

    const answer = await ask(desk, 'close', { pair: BTC });

    expect(answer.message).toBe('taking back 1 entry of BTC/USDT');
    expect(await open(desk)).toEqual([]);
    expect(await pending(desk)).toEqual([]);
  });

  it('goes on after a restart, and not with what is bought later', async () => {
    await using desk = await deskWith();
    await desk.send(ENTER);
    void desk.execution.obey(command(desk, 'close', { pair: BTC })).catch(() => undefined);
    await desk.clock.advance(1);
    expect(await pending(desk)).toHaveLength(1);

    await desk.restart();
    await desk.pass(2_000);
    expect(await held(desk)).toBeUndefined();
    expect(await pending(desk)).toEqual([]);
    await desk.send(ENTER);
    await desk.restart();
    await desk.pass(2_000);

    expect(await held(desk)).toBeDefined();
  });

  it('is no loss in a row', async () => {
    await using desk = await deskWith({ losses_in_row_max: 1 });
    await desk.send(ENTER);
    await desk.price(49_900);

    await ask(desk, 'close', { pair: BTC });
    await desk.execution.minute();

    expect(await held(desk)).toBeUndefined();
    expect(await halts(desk)).toEqual([]);
  });

  it('is not ended by a resume', async () => {
    await using desk = await deskWith();
    await desk.send(ENTER);
    void desk.execution.obey(command(desk, 'close', { pair: BTC })).catch(() => undefined);
    await desk.clock.advance(1);
    void desk.execution.obey(command(desk, 'resume', {})).catch(() => undefined);
    await desk.clock.advance(1);

    await desk.restart();
    await desk.pass(2_000);

    expect(await held(desk)).toBeUndefined();
  });
});
