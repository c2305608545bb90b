import { describe, expect, it } from 'vitest';
import type { HaltKind } from '#core/model/halt.ts';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const WIDE = { ...ENTER, stopDistanceFraction: 0.05 };
const DAY_MS = 86_400_000;
/** A position of about 800 on an account of 10,000, of which half a percent may be lost a day. */
const SMALL_LOSSES = {
  risk_fraction: 0.004,
  risk_fraction_max: 0.005,
  pair_exposure_max: 0.9,
  daily_loss_max: 0.005,
};

function command(kind: OperatorCommand['kind'], id = `command-${kind}`): OperatorCommand {
  return { id, kind, by: 'tester', reason: 'because', issuedMs: 0 };
}

const position = (desk: TestDesk) => desk.ledger.read((query) => query.position('shadow', BTC));
const pending = (desk: TestDesk) => desk.ledger.read((query) => query.pendingInbox(10));

async function haltsOf(desk: TestDesk): Promise<HaltKind[]> {
  return desk.ledger.read(async (query) => (await query.halts()).map(({ kind }) => kind));
}

describe('the halts of a desk', () => {
  it('do not judge the first mark of a day against the day before', async () => {
    await using desk = await testDesk(SMALL_LOSSES);
    await desk.price(50_000);
    await desk.execution.minute();
    await desk.send(WIDE);
    await desk.price(49_000);
    await desk.send({ action: 'exit' });
    await desk.send(WIDE);
    await desk.price(48_000);
    await desk.execution.minute();
    expect(await haltsOf(desk), 'the loss is within the limit').toEqual([]);

    await desk.clock.advance(DAY_MS - (desk.clock.now() % DAY_MS));
    await desk.price(46_800);
    await desk.execution.minute();

    expect(desk.events.filter(({ kind }) => kind === 'halt.raised')).toEqual([]);
    expect(await haltsOf(desk)).toEqual([]);
  });

  it('keep the start of the day when the clock steps back over midnight', async () => {
    await using desk = await testDesk(SMALL_LOSSES);
    await desk.price(50_000);
    const figures = () => desk.ledger.read((query) => query.figures('shadow'));
    await desk.clock.advance(DAY_MS - (desk.clock.now() % DAY_MS));
    await desk.price(50_000);
    await desk.execution.minute();
    const before = await figures();

    desk.stepBack(60_000);
    await desk.price(50_000);
    await desk.execution.minute();

    expect(await figures()).toMatchObject({ dayStartMs: before?.dayStartMs });
  });

  it('end the entries with the recorded data and begin them again with new data', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    desk.feed('ended');
    await desk.pass(1_000);
    expect(await haltsOf(desk)).toEqual(['end-of-data']);

    await desk.restart();
    desk.feed('live');
    await desk.price(50_000);
    await desk.send(ENTER);

    expect(await haltsOf(desk)).toEqual([]);
    expect(await position(desk)).toBeDefined();
  });

  it('show losses in a row, over a restart, until the next UTC day', async () => {
    await using desk = await testDesk({ losses_in_row_max: 1 });
    await desk.price(50_000);
    await desk.execution.minute();
    await desk.send(ENTER);
    await desk.price(49_900);
    await desk.send({ action: 'exit' });
    await desk.pass(2_000);
    await desk.restart();
    expect(await haltsOf(desk)).toEqual(['losses-in-row']);
    const untilMs = DAY_MS - (desk.clock.now() % DAY_MS);
    const hours = Math.floor(Math.ceil(untilMs / 60_000) / 60);
    expect((await desk.execution.obey(command('resume'))).message).toContain(
      `still halted: losses-in-row, until the next UTC day begins in ${hours} h`,
    );

    await desk.clock.advance(DAY_MS - (desk.clock.now() % DAY_MS));
    await desk.price(49_900);
    await desk.execution.minute();

    expect(await haltsOf(desk)).toEqual([]);
    await desk.send(ENTER);
    expect(await position(desk)).toBeDefined();
  });
});

describe('a halt of one account', () => {
  it.each([
    ['live', 'holds back nobody else'],
    ['shadow', 'holds back its own entries'],
  ])('%s %s', async (account) => {
    await using desk = await testDesk();
    const halt = { kind: 'losses-in-row', reason: 'lost', liftedBy: 'x', account } as const;
    await desk.ledger.transaction((tx) => tx.raiseHalt({ ...halt, sinceMs: desk.clock.now() }));
    await desk.restart();
    await desk.price(50_000);

    await desk.send(ENTER);

    expect((await position(desk)) !== undefined).toBe(account === 'live');
  });
});

describe('a command to sell', () => {
  it('is no loss in a row', async () => {
    await using desk = await testDesk({ losses_in_row_max: 1 });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.price(49_900);
    await desk.execution.obey(command('flatten'));
    await desk.pass(3_000);
    expect(await position(desk), 'sold').toBeUndefined();

    const resumed = await desk.execution.obey(command('resume'));
    await desk.send(ENTER);

    expect(resumed.message).toBe('lifted paused');
    expect(await position(desk)).toBeDefined();
  });

  it.each(['flatten', 'kill-switch'] as const)('is done when nothing is held: %s', async (kind) => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.execution.obey(command(kind));
    await desk.pass(2_000);
    expect(await pending(desk)).toEqual([]);
    await desk.execution.obey(command('resume'));
    await desk.send(ENTER);

    await desk.restart();
    await desk.pass(3_000);

    expect(await position(desk), 'bought after the command').toBeDefined();
  });

  it('does not reach past a resume', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.silence(10_000);
    await desk.execution.obey(command('flatten'));
    await desk.execution.obey(command('resume'));

    await desk.restart();
    await desk.pass(3_000);

    expect(await pending(desk)).toEqual([]);
    expect(await position(desk), 'resumed before it was sold').toBeDefined();
  });

  it('take back an entry that waits in the book', async () => {
    const entry = { style: 'maker', timeout_ms: 600_000 };
    await using desk = await testDesk({}, { section: { entry } });
    await desk.price(50_000);
    await desk.send(ENTER);
    const open = () => desk.ledger.read((query) => query.openOrders('shadow', BTC));
    expect(await open()).toMatchObject([{ leg: 'entry', type: 'limit-maker' }]);

    await desk.execution.obey(command('pause'));
    await desk.pass(3_000);

    expect(await open()).toEqual([]);
    await desk.price(49_000);
    expect(await position(desk)).toBeUndefined();
  });
});
