import { describe, expect, it } from 'vitest';
import { connectSqlite } from '#ledger/sqlite/connection.ts';
import { commandLog } from './command-log.ts';

const T0 = 1_790_000_000_000;
const DAY_MS = 86_400_000;

function bench() {
  const database = connectSqlite({ path: ':memory:', isReadOnly: false, lockWaitMs: 0 });
  const entry = (updateId: number, atMs = T0) => ({
    updateId,
    atMs,
    chatId: 9,
    userId: 1,
    name: 'alice',
    command: '/close BTC/USDT',
  });
  const rows = () => database.all('select * from telegram_commands', []);
  return { log: commandLog(database), entry, rows };
}

describe('the record of commands', () => {
  it('knows how far an update came, whatever process asks', () => {
    const { log, entry } = bench();

    expect(log.begin(entry(1))).toEqual({ kind: 'new' });
    expect(log.begin(entry(1))).toEqual({ kind: 'begun' });
    log.acting(1, '{"kind":"close"}', T0 + 5);
    expect(log.begin(entry(1))).toEqual({
      kind: 'acting',
      wish: '{"kind":"close"}',
      sinceMs: T0 + 5,
    });
    log.done(1, 'closing BTC/USDT');
    expect(log.begin(entry(1))).toEqual({ kind: 'done' });
  });

  it('keeps who asked for what, and what came of it', () => {
    const { log, entry, rows } = bench();
    log.begin(entry(1));
    log.done(1, 'closing BTC/USDT');

    expect(rows()).toMatchObject([
      { user_id: 1, name: 'alice', command: '/close BTC/USDT', outcome: 'closing BTC/USDT' },
    ]);
  });

  it('takes a number that comes again after days for a new update', () => {
    const { log, entry, rows } = bench();
    log.begin(entry(1));
    log.done(1, 'x');

    expect(log.begin(entry(1, T0 + 3 * DAY_MS))).toEqual({ kind: 'new' });
    expect(rows()).toHaveLength(1);
  });

  it('is bounded', () => {
    const { log, entry, rows } = bench();
    for (let id = 0; id < 10_020; id += 1) log.begin(entry(id));

    expect(rows()).toHaveLength(10_000);
  });
});
