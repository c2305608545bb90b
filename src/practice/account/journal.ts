import type { JournalEntry } from './journal-entry.ts';

/** Where the changes of the accounts go. `write` returns when the operating system has them. */
export interface Journal {
  write(entry: JournalEntry): void;
  close(): void;
}

/** An exchange that forgets: for tests and short plays. */
export function forgetfulJournal(): Journal {
  return { write: () => undefined, close: () => undefined };
}
