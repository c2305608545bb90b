import type { Bus } from '#bus/bus.ts';
import type { HistoryReader } from '#history/read-history.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import type { SqliteConnection } from '#ledger/sqlite/connection.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';

/** What a person may change about the notifier itself, from a channel that hears them. */
export interface NotifierHooks {
  /** Until then only critical messages are sent; the rest is counted. A time that is over unmutes. */
  mute(untilMs: number, by: string): void;
  mutedUntilMs(): number | undefined;
  /** Ends the repeats of a critical message; false when nothing of this id waits any more. */
  acknowledge(id: string, by: string): boolean;
}

/** What a channel that also answers questions reads from. */
export interface NotifierPorts {
  readonly context: Pick<
    AgentContext<unknown>,
    'addCheck' | 'background' | 'clock' | 'every' | 'log' | 'metrics' | 'random' | 'signal'
  >;
  readonly dataDir: string;
  /** The notifier's own `data/notifier.db`; each owner of a table creates it. */
  readonly database: SqliteConnection;
  readonly ledger: LedgerSource;
  readonly bus: Pick<Bus, 'all' | 'get' | 'isConnected' | 'subscribe'>;
  /** Asks the coordinator; undefined when no desk answers. Works while Redis is down. */
  readonly ask: (request: ControlRequest) => Promise<{ readonly body: unknown } | undefined>;
  /** Undefined while the gateway has not made the history yet. */
  readonly history: () => HistoryReader | undefined;
  readonly hooks: NotifierHooks;
  /** IANA name of the zone in which people read times. */
  readonly timeZone: string;
}
