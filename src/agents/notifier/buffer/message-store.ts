/**
 * Messages that wait to be sent: table `messages` of notifier.db, one row for each channel.
 *
 * 1. A row is written in the transaction of what led to it and goes when the channel has it.
 * 2. Critical messages first, the others in the order in which they came.
 * 3. Beyond the bound the least important goes, of these the oldest; a critical one last.
 */
import { z } from 'zod';
import { Level, levelRank } from '#core/alerts/level.ts';
import type { SqliteConnection } from '#ledger/sqlite/connection.ts';
import type { OutgoingMessage } from '../channel.ts';
import { jsonOf } from '#platform/json-of.ts';

export interface StoredMessage {
  readonly seq: number;
  readonly message: OutgoingMessage;
}

export interface MessageStore {
  /** Within a transaction of the caller; gives how many had to go. */
  add(channel: string, message: OutgoingMessage, waitingMax: number): number;
  /** The next to send, marked as in hand. */
  take(channel: string): StoredMessage | undefined;
  /** It is with the channel, or will never be. */
  remove(seq: number): void;
  /** To be sent again; `isDoubtful`: perhaps it has arrived. */
  putBack(seq: number, isDoubtful: boolean): void;
  waiting(channel: string): number;
  /** Of channels that the config no longer has. */
  forgetOthers(channels: readonly string[]): void;
}

const SCHEMA = `
create table if not exists messages (
  seq integer primary key autoincrement,
  channel text not null,
  rank integer not null,
  body text not null,
  picture blob,
  state text not null check (state in ('waiting', 'in-hand')),
  is_doubtful integer not null
) strict;
create index if not exists messages_next on messages (channel, rank desc, seq);
`;

const CRITICAL = levelRank('critical');

const Body = z.object({
  id: z.string(),
  atMs: z.number(),
  level: Level,
  kind: z.string(),
  title: z.string(),
  lines: z.array(z.string()),
  fields: z.record(z.string(), z.string()).optional(),
  isSilent: z.boolean(),
  isRepeat: z.boolean().optional(),
  acknowledge: z.string().optional(),
});

const Row = z.object({
  seq: z.int(),
  body: z.string(),
  picture: z.instanceof(Uint8Array).nullable(),
  is_doubtful: z.int(),
});
const Count = z.object({ count: z.int() });

export function messageStore(database: SqliteConnection): MessageStore {
  database.exec(SCHEMA);
  // What was in hand when the process died may have arrived.
  database.run(
    "update messages set state = 'waiting', is_doubtful = 1 where state = 'in-hand'",
    [],
  );

  const waiting = (channel: string): number => {
    const [row] = database.all('select count(*) as count from messages where channel = ?', [
      channel,
    ]);
    return Count.parse(row).count;
  };

  return {
    add: (channel, { picture, ...body }, waitingMax) => {
      database.run(
        `insert into messages (channel, rank, body, picture, state, is_doubtful)
          values (?, ?, ?, ?, 'waiting', 0)`,
        [channel, levelRank(body.level), JSON.stringify(body), picture ?? null],
      );
      const over = waiting(channel) - waitingMax;
      if (over <= 0) return 0;
      return database.run(
        `delete from messages where seq in (
          select seq from messages where channel = ? and state = 'waiting' order by rank, seq limit ?
        )`,
        [channel, over],
      );
    },
    take: (channel) => {
      const [found] = database.all(
        `select seq, body, picture, is_doubtful from messages where channel = ?
          order by rank = ${CRITICAL} desc, seq limit 1`,
        [channel],
      );
      if (found === undefined) return undefined;
      const row = Row.parse(found);
      database.run("update messages set state = 'in-hand' where seq = ?", [row.seq]);
      return { seq: row.seq, message: outgoing(readBody(row), row) };
    },
    remove: (seq) => void database.run('delete from messages where seq = ?', [seq]),
    putBack: (seq, isDoubtful) =>
      void database.run(
        `update messages set state = 'waiting', is_doubtful = max(is_doubtful, ?) where seq = ?`,
        [isDoubtful ? 1 : 0, seq],
      ),
    waiting,
    forgetOthers: (channels) => {
      const marks = channels.map(() => '?').join(', ');
      database.run(`delete from messages where channel not in (${marks})`, [...channels]);
    },
  };
}

/** One that another version wrote, or that is damaged, must not keep the others from being sent. */
function readBody({ seq, body }: z.output<typeof Row>): z.output<typeof Body> {
  const parsed = Body.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  return {
    id: `unreadable-${seq}`,
    atMs: 0,
    level: 'warning',
    kind: 'notifier',
    title: 'a message that cannot be read any more',
    lines: ['its text was lost or written by another version; audit and logs have what happened'],
    isSilent: false,
  };
}

function outgoing(
  { fields, acknowledge, isRepeat, ...body }: z.output<typeof Body>,
  { picture, is_doubtful: isDoubtful }: z.output<typeof Row>,
): OutgoingMessage {
  return {
    ...body,
    ...(fields === undefined ? {} : { fields }),
    ...(acknowledge === undefined ? {} : { acknowledge }),
    ...(picture === null ? {} : { picture }),
    ...(isDoubtful === 1 || isRepeat === true ? { isRepeat: true } : {}),
  };
}
