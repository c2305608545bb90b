/**
 * The notifier dies at each statement it gives to its file, one after the other, and another one goes
 * on: no event may be lost, and what is sent twice must say so.
 */
import { expect, it } from 'vitest';
import { AlertKind } from '#core/alerts/alert.ts';
import type { PolicySettings } from '#core/alerts/policy.ts';
import type { LedgerEvent } from '#core/model/desk-event.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { connectSqlite, type SqliteConnection } from '#ledger/sqlite/connection.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { notices } from './alerts/notices.ts';
import { stateStore } from './alerts/notifier-state.ts';
import { Delivery } from './buffer/deliver.ts';
import { messageStore } from './buffer/message-store.ts';
import type { OutgoingMessage } from './channel.ts';
import { ledgerFollower } from './follow/follow-ledger.ts';
import { notifierMetrics } from './metrics.ts';

const EVENTS = 7;
const SETTINGS: PolicySettings = {
  events: Object.fromEntries(
    AlertKind.options.map((kind) => [kind, 'on']),
  ) as PolicySettings['events'],
  gatherMs: 0,
  repeat: { afterMs: 1_000_000, factor: 1, mostMs: 1_000_000, timesMax: 0 },
  isQuiet: () => false,
};

function ledgerEvents(nowMs: number): readonly LedgerEvent[] {
  return Array.from({ length: EVENTS }, (_, index) => ({
    seq: index + 1,
    atMs: nowMs,
    event: {
      kind: 'command.done',
      id: `${index}`,
      command: 'pause',
      by: 'alice',
      origin: '',
      reason: '',
      result: `result ${index + 1}`,
    },
  }));
}

/** Counts statements and dies at one of them: from then on nothing comes through. */
function mortal(database: SqliteConnection, dieAt: number) {
  let statements = 0;
  const alive = <A extends unknown[], R>(work: (...args: A) => R) => {
    return (...args: A): R => {
      statements += 1;
      if (statements >= dieAt) throw new Error('killed');
      return work(...args);
    };
  };
  const connection: SqliteConnection = {
    ...database,
    all: alive((sql: string, values: readonly unknown[]) => database.all(sql, values)),
    run: alive((sql: string, values: readonly unknown[]) => database.run(sql, values)),
    exec: alive((sql: string) => database.exec(sql)),
  };
  return { connection, isDead: () => statements >= dieAt };
}

async function life(
  database: SqliteConnection,
  { dieAt, received }: { readonly dieAt: number; readonly received: OutgoingMessage[] },
): Promise<boolean> {
  const clock = fakeClock();
  const stop = new AbortController();
  const { connection, isDead } = mortal(database, dieAt);
  const events = ledgerEvents(clock.now());
  const reader = {
    meta: () => Promise.resolve({ deskId: 'desk', createdMs: 1 }),
    eventRange: () => Promise.resolve({ oldestSeq: 1, newestSeq: EVENTS }),
    events: ({ afterSeq, limit }: { afterSeq: number; limit: number }) =>
      Promise.resolve(events.filter(({ seq }) => seq > afterSeq).slice(0, limit)),
    positions: () => Promise.resolve([]),
  } as unknown as LedgerReader;
  const run = async (): Promise<void> => {
    const messages = messageStore(connection);
    const metrics = notifierMetrics(createMetrics({ agent: 'notifier', instance: 'notifier' }));
    const told = notices({
      database: connection,
      states: stateStore(connection),
      messages,
      clock,
      log: silentLog(),
      metrics,
      settings: () => SETTINGS,
      channels: () => [{ name: 'ops', minLevel: 'info' }],
      waitingMax: () => 100,
      idPrefix: 'm',
      onMessages: () => undefined,
    });
    const follow = ledgerFollower({
      ledger: { read: (work) => work(reader), close: () => Promise.resolve() },
      ledgerPath: '/nowhere',
      notices: told,
      metrics,
      clock,
    });
    for (let round = 0; round < 10 && !(await follow()); round += 1);
    const delivery = new Delivery(
      {
        name: 'ops',
        send: async (message) => void received.push(message),
      },
      {
        store: messages,
        clock,
        log: silentLog(),
        metrics,
        random: { next: () => 0 },
        signal: stop.signal,
        onEnd: () => undefined,
      },
    );
    await clock.advance(1_000);
    stop.abort(new Error('over'));
    await delivery.ended;
  };
  await run().catch((error: unknown) => {
    if (!isDead()) throw error;
  });
  stop.abort(new Error('over'));
  // What the kernel does for a process that died: its transaction never was.
  if (database.isInTransaction()) database.exec('rollback');
  return isDead();
}

it('loses nothing and repeats nothing unmarked, wherever it dies', async () => {
  let dieAt = 0;
  let hasDied = true;
  while (hasDied) {
    dieAt += 1;
    const database = connectSqlite({ path: ':memory:', isReadOnly: false, lockWaitMs: 0 });
    const received: OutgoingMessage[] = [];
    hasDied = await life(database, { dieAt, received });
    // The next one dies too, a little later, the third may live.
    await life(database, { dieAt: dieAt + 3, received });
    await life(database, { dieAt: Number.MAX_SAFE_INTEGER, received });
    database.close();

    const first = received.filter(({ isRepeat }) => isRepeat !== true).map(({ lines }) => lines[0]);
    const all = [...new Set(received.map(({ lines }) => lines[0]))];
    expect(new Set(first).size, `killed at statement ${dieAt}`).toBe(first.length);
    expect(all, `killed at statement ${dieAt}`).toEqual(
      Array.from({ length: EVENTS }, (_, index) => `result ${index + 1}`),
    );
  }
  expect(dieAt).toBeGreaterThan(30);
});
