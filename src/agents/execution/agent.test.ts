import { describe, expect, it } from 'vitest';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const EXIT = { action: 'exit' };

function command(kind: OperatorCommand['kind'], id = `command-${kind}`): OperatorCommand {
  return { id, kind, by: 'tester', reason: 'because', issuedMs: 0 };
}

function legs(desk: TestDesk): Promise<string[]> {
  return desk.ledger.read(async (query) =>
    (await query.openOrders('shadow')).map(({ leg }) => leg).toSorted(),
  );
}

const position = (desk: TestDesk) => desk.ledger.read((query) => query.position('shadow', BTC));
const haltsOf = (desk: TestDesk) =>
  desk.ledger.read(async (query) => (await query.halts()).map(({ kind }) => kind));

function refusals(desk: TestDesk): readonly string[] {
  return desk.events.flatMap((e) => (e.kind === 'intent.refused' ? e.reasons : []));
}

describe('execution', () => {
  it('enters, protects for all that can be sold, and exits again', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);

    await desk.send(ENTER);
    const held = await position(desk);
    expect(held).toMatchObject({ stopPrice: expect.stringMatching(/^49/) as string });
    expect(await legs(desk)).toEqual(['stop', 'target']);
    await desk.send(EXIT);

    expect(await position(desk)).toBeUndefined();
    expect(await legs(desk)).toEqual([]);
  });

  it('sells a part for a reduction and protects the rest anew', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.send(ENTER);
    const before = Number((await position(desk))?.qty);

    await desk.send({ action: 'reduce', reduceFraction: 0.5 });

    const after = Number((await position(desk))?.qty);
    expect(after / before).toBeCloseTo(0.5, 1);
    expect(await legs(desk)).toEqual(['stop', 'target']);
  });

  it('refuses entries while paused, also after a restart, until resumed', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.execution.obey(command('pause'));
    await desk.restart();
    await desk.price(50_000);

    await desk.send(ENTER);
    expect(refusals(desk)).toContain('halted');
    await desk.execution.obey(command('resume'));
    await desk.send(ENTER);

    expect(await position(desk)).toBeDefined();
    expect(await haltsOf(desk)).toEqual([]);
  });

  it('carries out a command once per id', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.execution.obey(command('pause'));
    await desk.execution.obey(command('resume'));

    const again = await desk.execution.obey(command('pause'));

    expect(again.message, 'the answer of the first time').toBe('no new entries until resumed');
    expect(await haltsOf(desk)).toEqual([]);
  });

  it('sells everything for the kill switch and goes on with it after a death', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.execution.obey(command('kill-switch'));

    await desk.restart();
    await desk.pass(3_000);

    expect(await position(desk)).toBeUndefined();
    expect(await legs(desk)).toEqual([]);
    expect(await haltsOf(desk)).toEqual(['kill-switch']);
    const pending = await desk.ledger.read((query) => query.pendingInbox(10));
    expect(pending).toEqual([]);
  });

  it('halts entries after the daily loss and lifts the halt with the next UTC day', async () => {
    await using desk = await testDesk({
      risk_fraction: 0.004,
      risk_fraction_max: 0.005,
      pair_exposure_max: 0.9,
      daily_loss_max: 0.005,
      stop_distance_max: 0.1,
    });
    await desk.price(50_000);
    await desk.execution.minute();
    await desk.send({ ...ENTER, stopDistanceFraction: 0.05 });
    await desk.price(45_000);
    await desk.execution.minute();

    expect(await haltsOf(desk)).toEqual(['daily-loss']);
    expect((await desk.execution.obey(command('resume'))).message).toContain('still halted');
    await desk.clock.advance(86_400_000);
    await desk.price(45_000);
    await desk.execution.minute();

    expect(await haltsOf(desk)).toEqual([]);
  });

  it('decides an intent once, however often it is delivered', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    const intent = await desk.send(ENTER);
    await desk.send(EXIT);

    await desk.execution.onIntent(intent);
    await desk.restart();
    await desk.execution.onIntent(intent);
    await desk.pass(1_000);

    expect(await position(desk)).toBeUndefined();
    expect(desk.counts.get('intent duplicate')).toBe(2);
  });

  it('refuses an entry on stale data but still sells', async () => {
    await using desk = await testDesk();
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.clock.advance(60_000);
    const entry = { ...ENTER, id: 'stale00000000000' };

    await desk.send(entry);
    await desk.send(EXIT);

    expect(refusals(desk)).toContain('stale-data');
    expect(await position(desk)).toBeUndefined();
  });
});
