/**
 * What happened to the desk and its processes, numbered over all lives of a data folder. Followers
 * ask for what comes after the last number they dealt with, also while Redis and the ledger are
 * away. What must hold:
 *
 * 1. A number is told to nobody before its line is written, or the disk has refused it: a killed
 *    desk does not give a number a second time that somebody has seen.
 * 2. Nothing in here throws or waits inside supervision.
 */
import { CoordinatorEvent } from '#core/model/coordinator-event.ts';
import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import { eventFile, lastSeenMs, readEventLines } from './event-file.ts';

export interface EventPage {
  readonly events: readonly CoordinatorEvent[];
  readonly newestSeq: number;
}

export interface EventJournal {
  readonly emit: (fact: CoordinatorFact) => void;
  /**
   * Oldest first. A number beyond the newest is of a folder that was emptied since: everything is
   * told again.
   */
  after(seq: number, limit: number): EventPage;
  /** Notes that the desk lives, for the next life to tell when this one ended. */
  touch(): Promise<void>;
  /** Resolves when what was emitted is written. */
  settled(): Promise<void>;
}

export interface JournalPorts {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

const KEPT_MAX = 1_000;
const TEXT_MAX = 300;
const LIST_MAX = 20;

/** Opens the journal of a data folder, and tells of an earlier life that ended without a word. */
export async function openEventJournal(ports: JournalPorts): Promise<EventJournal> {
  const { directory, clock, log } = ports;
  const seenMs = await lastSeenMs(directory);
  const kept = parsed(readEventLines(directory));
  const file = eventFile(directory, log);
  let newestSeq = kept.at(-1)?.seq ?? 0;
  let told = [...kept];
  let writing = Promise.resolve();

  function emit(fact: CoordinatorFact): void {
    newestSeq += 1;
    const event = clipped({ seq: newestSeq, atMs: clock.now(), fact }, ports.redact);
    const written = file.append(JSON.stringify(event)).then(() => {
      told = [...told, event].slice(-KEPT_MAX);
    });
    writing = Promise.all([writing, written]).then(() => undefined);
  }

  const vanished = vanishedFact(kept, seenMs);
  if (vanished !== undefined) emit(vanished);
  return {
    emit,
    after: (seq, limit) => {
      const newestTold = told.at(-1)?.seq ?? 0;
      const from = seq > newestTold ? 0 : seq;
      const events = told.filter((event) => event.seq > from).slice(0, limit);
      return { events, newestSeq: newestTold };
    },
    touch: () => file.touch(clock.now()),
    settled: () => writing,
  };
}

function parsed(lines: readonly string[]): readonly CoordinatorEvent[] {
  const events = lines.flatMap((line) => {
    const event = parseLine(line);
    return event === undefined ? [] : [event];
  });
  return events.slice(-KEPT_MAX);
}

function parseLine(line: string): CoordinatorEvent | undefined {
  if (line === '') return undefined;
  try {
    return CoordinatorEvent.safeParse(JSON.parse(line)).data;
  } catch {
    // Torn by a power cut.
    return undefined;
  }
}

/** A life that began and said nothing of its end. */
function vanishedFact(
  events: readonly CoordinatorEvent[],
  seenMs: number | undefined,
): CoordinatorFact | undefined {
  const last = events.at(-1);
  const turn = events.findLast(
    ({ fact }) => fact.kind === 'desk.starting' || fact.kind === 'desk.stopping',
  );
  if (last === undefined || turn?.fact.kind !== 'desk.starting') return undefined;
  return { kind: 'desk.vanished', lastSeenMs: Math.max(last.atMs, seenMs ?? 0) };
}

/** Bounded and without secrets: last words of a process may hold anything. */
function clipped(event: CoordinatorEvent, redact: (text: string) => string): CoordinatorEvent {
  const text = (value: string): string => {
    const clean = redact(value);
    return clean.length > TEXT_MAX ? `${clean.slice(0, TEXT_MAX)}...` : clean;
  };
  const fact = Object.fromEntries(
    Object.entries(event.fact).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'string' ? text(value) : Array.isArray(value) ? list(value, text) : value,
    ]),
  );
  return CoordinatorEvent.parse({ ...event, fact });
}

function list(values: readonly unknown[], text: (value: string) => string): string[] {
  const shown = values.slice(0, LIST_MAX).map((value) => text(String(value)));
  const rest = values.length - shown.length;
  return rest > 0 ? [...shown, `and ${rest} more`] : shown;
}
