import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { DeskEvent } from '#core/model/desk-event.ts';
import { Pair } from '#core/model/pair.ts';
import { checkLedger } from './check/check-ledger.ts';
import { T0, tempLedger } from './ledger.fixture.ts';
import type { Ledger } from './ledger.ts';
import { openLedgerReader } from './open-reader.ts';

const lifted: DeskEvent = { kind: 'halt.lifted', halt: 'paused' };
const accepted: DeskEvent = {
  kind: 'intent.accepted',
  intentId: 'one',
  pair: Pair.parse('BTC/USDT'),
};

function record(ledger: Ledger, count: number) {
  const events = Array.from({ length: count }, () => lifted);
  return ledger.transaction((tx) => tx.recordEvents(events, T0 + 0.5));
}

describe('events of the ledger', () => {
  it('are numbered on over restarts and read from any number', async () => {
    await using temp = await tempLedger();
    const reader = await openLedgerReader(temp.path);
    expect(await reader.eventRange()).toEqual({ oldestSeq: 0, newestSeq: 0 });

    const told = await record(temp.ledger, 2);
    const after = await record(await temp.reopen(), 1);

    expect(told.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(after).toEqual([{ seq: 3, atMs: T0, event: lifted }]);
    expect(await reader.events({ afterSeq: 1, limit: 10 })).toEqual([
      { seq: 2, atMs: T0, event: lifted },
      { seq: 3, atMs: T0, event: lifted },
    ]);
    expect(await reader.events({ afterSeq: 0, limit: 1 })).toMatchObject([{ seq: 1 }]);
    expect(await reader.eventRange()).toEqual({ oldestSeq: 1, newestSeq: 3 });
    await reader.close();
  });

  it('are gone with the transaction that fails, and so is their number', async () => {
    await using temp = await tempLedger();
    await record(temp.ledger, 1);

    const failed = temp.ledger.transaction(async (tx) => {
      await tx.recordEvents([lifted, lifted], T0);
      throw new Error('refused');
    });

    await expect(failed).rejects.toThrow('refused');
    expect(await record(temp.ledger, 1)).toMatchObject([{ seq: 2 }]);
    expect(await checkLedger(temp.path)).toMatchObject({ ok: true, counts: { events: 2 } });
  });

  it('of intents and sums pass by without a number', async () => {
    await using temp = await tempLedger();

    const told = await temp.ledger.transaction((tx) =>
      tx.recordEvents([accepted, lifted, accepted], T0),
    );

    expect(told.map(({ seq }) => seq)).toEqual([undefined, 1, undefined]);
    expect(told.map(({ event }) => event)).toEqual([accepted, lifted, accepted]);
  });

  it('are trimmed to the newest, a few at a time, and numbered on from there', async () => {
    await using temp = await tempLedger();
    await record(temp.ledger, 10);
    const trim = (keep: number, atOnce: number) =>
      temp.ledger.transaction((tx) => tx.trimEvents(keep, atOnce));

    expect(await trim(10, 4)).toBe(10);
    expect(await trim(3, 4)).toBe(6);
    expect(await trim(3, 4)).toBe(3);
    expect(await trim(3, 4)).toBe(3);

    const reader = await openLedgerReader(temp.path);
    expect(await reader.eventRange()).toEqual({ oldestSeq: 8, newestSeq: 10 });
    expect(await record(await temp.reopen(), 1)).toMatchObject([{ seq: 11 }]);
    expect(await checkLedger(temp.path)).toMatchObject({ ok: true });
    await reader.close();
  });

  it('are none in a ledger that no desk of this version has opened', async () => {
    await using temp = await tempLedger();
    using database = new DatabaseSync(temp.path);
    database.exec('drop table events; delete from migrations where version = 10');
    const reader = await openLedgerReader(temp.path);

    expect(await reader.events({ afterSeq: 0, limit: 10 })).toEqual([]);
    expect(await reader.eventRange()).toEqual({ oldestSeq: 0, newestSeq: 0 });
    expect(await checkLedger(temp.path)).toMatchObject({ ok: true, counts: { events: 0 } });
    await reader.close();
  });

  it.each([
    ['one in the middle is gone', 'delete from events where seq = 2', 'event-missing'],
    ['one tells another kind', `update events set kind = 'order.filled'`, 'event-differs'],
    ['one cannot be read', `update events set payload = '{"kind":"x"}'`, 'unreadable'],
  ])('are checked: %s', async (_what, damage, code) => {
    await using temp = await tempLedger();
    await record(temp.ledger, 3);
    using database = new DatabaseSync(temp.path);
    database.exec(damage);

    const { problems } = await checkLedger(temp.path);

    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});
