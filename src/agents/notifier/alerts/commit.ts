/**
 * The one way to change what the notifier remembers: memory and messages in one transaction, so a
 * process that dies has either dealt with an event or has not: nothing is lost, nothing told twice.
 */
import { isAtLeast, type Level } from '#core/alerts/level.ts';
import type { Told } from '#core/alerts/policy.ts';
import type { SqliteConnection } from '#ledger/sqlite/connection.ts';
import type { Log } from '#platform/log/log.ts';
import type { MessageStore } from '../buffer/message-store.ts';
import type { OutgoingMessage } from '../channel.ts';
import type { NotifierMetrics } from '../metrics.ts';
import type { NotifierState, StateStore } from './notifier-state.ts';

export interface ChannelPlan {
  readonly name: string;
  readonly minLevel: Level;
}

export interface CommitPorts {
  readonly database: SqliteConnection;
  readonly states: StateStore;
  readonly messages: MessageStore;
  readonly log: Log;
  readonly metrics: NotifierMetrics;
  readonly channels: () => readonly ChannelPlan[];
  readonly waitingMax: () => number;
  /** Makes message ids of this memory unlike those of another. */
  readonly idPrefix: string;
  readonly onMessages: () => void;
}

/** A message of the policy with what goes along with it. */
export interface Telling {
  readonly told: Told;
  readonly picture?: Uint8Array | undefined;
}

export interface Memory {
  state(): NotifierState;
  /** Keeps what `work` makes of the state together with what it adds to `told`, all or nothing. */
  commit(work: (before: NotifierState, told: Telling[]) => NotifierState): void;
}

export function memory(ports: CommitPorts): Memory {
  const { database, metrics } = ports;
  let { state } = ports.states.load();

  /** Messages that had to go for each channel. */
  function write({ told, picture }: Telling, dropped: Map<string, number>): void {
    const message = messageOf(ports.idPrefix, told, picture);
    for (const { name, minLevel } of ports.channels()) {
      if (!isAtLeast(message.level, minLevel)) continue;
      const over = ports.messages.add(name, message, ports.waitingMax());
      if (over > 0) dropped.set(name, (dropped.get(name) ?? 0) + over);
    }
  }

  function tellDropped(dropped: ReadonlyMap<string, number>): void {
    for (const [channel, count] of dropped) {
      metrics.message(channel, 'dropped', count);
      ports.log.warn({ channel, count }, 'messages dropped at the bound');
    }
  }

  return {
    state: () => state,
    commit: (work) => {
      const telling: Telling[] = [];
      const next = work(state, telling);
      if (next === state && telling.length === 0) return;
      const dropped = new Map<string, number>();
      database.exec('begin immediate');
      try {
        for (const one of telling) write(one, dropped);
        ports.states.save(next);
        database.exec('commit');
      } catch (error) {
        if (database.isInTransaction()) database.exec('rollback');
        throw error;
      }
      state = next;
      tellDropped(dropped);
      metrics.unacknowledged(Object.keys(state.policy.repeats).length);
      if (telling.length > 0) ports.onMessages();
    },
  };
}

function messageOf(
  prefix: string,
  { id, alert, isSilent, acknowledge: button }: Told,
  picture: Uint8Array | undefined,
): OutgoingMessage {
  const { atMs, level, kind, title, lines, fields } = alert;
  return {
    id: `${prefix}-${id}`,
    atMs,
    level,
    kind,
    title,
    lines,
    ...(fields === undefined ? {} : { fields }),
    isSilent,
    ...(picture === undefined ? {} : { picture }),
    ...(button === undefined ? {} : { acknowledge: String(button) }),
  };
}
