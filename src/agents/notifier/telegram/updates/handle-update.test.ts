import { describe, expect, it } from 'vitest';
import { connectSqlite } from '#ledger/sqlite/connection.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { besideTheDisk, commandLog } from '../access/command-log.ts';
import { pauseCommand } from '../commands/halting.ts';
import { handleUpdate } from './handle-update.ts';
import type { HandlePorts } from './handling.ts';
import type { HeardUpdate } from './read-update.ts';

const PAUSE: HeardUpdate = {
  kind: 'text',
  updateId: 7,
  chatId: 11,
  userId: 11,
  messageId: 1,
  text: '/pause',
  sentMs: 1_700_000_000_000,
};

function bench(ask: () => unknown) {
  const database = connectSqlite({ path: ':memory:', isReadOnly: false, lockWaitMs: 0 });
  const clock = fakeClock();
  const said: string[] = [];
  const waiting: Promise<unknown>[] = [];
  const ports = {
    acting: { ask: async () => ask(), clock, signal: new AbortController().signal },
    botName: () => 'desk_bot',
    clock,
    commandLog: besideTheDisk(commandLog(database), silentLog()),
    commandPorts: {},
    commands: [pauseCommand],
    config: { chats: [11], users: [{ id: 11, name: 'bob', role: 'trader' }] },
    log: silentLog(),
    metrics: { update: () => undefined },
    replies: {
      say: async (_: unknown, { lines }: { lines: unknown }) => {
        said.push(JSON.stringify(lines));
        return 1;
      },
    },
    background: (_: string, work: Promise<unknown>) => void waiting.push(work),
  } as unknown as HandlePorts;
  return { database, ports, said };
}

describe('a command when something fails', () => {
  it('stops the desk although nothing can be written', async () => {
    const { database, ports, said } = bench(() => ({
      body: { id: 'telegram-7-0', isDone: true, message: 'no new entries until resumed' },
    }));
    database.exec('pragma query_only = on');

    await handleUpdate(ports, PAUSE);

    expect(said.join()).toContain('no new entries until resumed');
  });

  it('is answered whatever goes wrong', async () => {
    const { ports, said } = bench(() => {
      throw new TypeError('surprise');
    });

    await expect(handleUpdate(ports, PAUSE)).rejects.toThrow('surprise');

    expect(said.join()).toContain('this failed');
    expect(said.join()).not.toContain('surprise');
  });
});
