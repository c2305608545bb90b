/**
 * The record of every command: table `telegram_commands` of notifier.db. It is the audit of who
 * asked what, and what keeps an update from acting twice: Telegram gives an update again when the
 * process died before it confirmed it. What acts writes its wish before it asks the desk for it.
 */
import type { SqliteConnection } from '#ledger/sqlite/connection.ts';
import type { Log } from '#platform/log/log.ts';

export interface CommandEntry {
  readonly updateId: number;
  readonly atMs: number;
  readonly chatId: number;
  readonly userId: number;
  readonly name: string;
  readonly command: string;
}

export type Seen =
  | { readonly kind: 'new' }
  /** Begun by a process that died; nothing was asked of the desk yet. */
  | { readonly kind: 'begun' }
  /** The desk was asked for `wish`, perhaps; nobody was told what came of it. */
  | { readonly kind: 'acting'; readonly wish: string; readonly sinceMs: number }
  | { readonly kind: 'done' };

export interface CommandLog {
  begin(entry: CommandEntry): Seen;
  /** Committed before the desk is asked. */
  acting(updateId: number, wish: string, atMs: number): void;
  done(updateId: number, outcome: string): void;
}

const ROWS_MAX = 10_000;
const TEXT_MAX = 300;
// Telegram keeps an update for a day; after a quiet week it starts from a random number again.
const SAME_UPDATE_MS = 2 * 86_400_000;

const SCHEMA = `
create table if not exists telegram_commands (
  seq integer primary key autoincrement,
  update_id integer not null unique,
  at_ms integer not null,
  chat_id integer not null,
  user_id integer not null,
  name text not null,
  command text not null,
  state text not null,
  wish text,
  acting_ms integer,
  outcome text
) strict;
`;

interface Row {
  readonly at_ms: number;
  readonly state: string;
  readonly wish: string | null;
  readonly acting_ms: number | null;
}

export function commandLog(database: SqliteConnection): CommandLog {
  database.exec(SCHEMA);

  function known({ updateId, atMs }: CommandEntry): Seen {
    const [row] = database.all(
      'select at_ms, state, wish, acting_ms from telegram_commands where update_id = ?',
      [updateId],
    ) as Row[];
    if (row === undefined || atMs - row.at_ms > SAME_UPDATE_MS) return { kind: 'new' };
    if (row.state === 'done') return { kind: 'done' };
    if (row.state === 'begun' || row.wish === null) return { kind: 'begun' };
    return { kind: 'acting', wish: row.wish, sinceMs: row.acting_ms ?? row.at_ms };
  }

  return {
    begin: (entry) => {
      const seen = known(entry);
      if (seen.kind !== 'new') return seen;
      database.run(
        `insert or replace into telegram_commands
          (update_id, at_ms, chat_id, user_id, name, command, state) values (?, ?, ?, ?, ?, ?, 'begun')`,
        [
          entry.updateId,
          entry.atMs,
          entry.chatId,
          entry.userId,
          entry.name,
          entry.command.toWellFormed().slice(0, TEXT_MAX),
        ],
      );
      database.run(
        'delete from telegram_commands where seq <= (select max(seq) from telegram_commands) - ?',
        [ROWS_MAX],
      );
      return seen;
    },
    acting: (updateId, wish, atMs) => {
      database.run(
        "update telegram_commands set state = 'acting', wish = ?, acting_ms = ? where update_id = ?",
        [wish, atMs, updateId],
      );
    },
    done: (updateId, outcome) => {
      database.run("update telegram_commands set state = 'done', outcome = ? where update_id = ?", [
        outcome.toWellFormed().slice(0, TEXT_MAX),
        updateId,
      ]);
    },
  };
}

/**
 * The same where the disk may be full: whoever wants to stop the desk then must still be heard. What
 * is asked twice acts once all the same, since execution carries out an id once and writes who asked.
 */
export function besideTheDisk(kept: CommandLog, log: Log): CommandLog {
  function tried<T>(updateId: number, write: () => T, otherwise: T): T {
    try {
      return write();
    } catch (err) {
      log.error({ err, updateId }, 'a telegram command could not be recorded');
      return otherwise;
    }
  }
  return {
    begin: (entry) => tried<Seen>(entry.updateId, () => kept.begin(entry), { kind: 'new' }),
    acting: (id, wish, atMs) => tried(id, () => kept.acting(id, wish, atMs), undefined),
    done: (id, outcome) => tried(id, () => kept.done(id, outcome), undefined),
  };
}
