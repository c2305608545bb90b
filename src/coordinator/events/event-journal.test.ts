import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { openEventJournal } from './event-journal.ts';

const STARTING = {
  kind: 'desk.starting',
  mode: 'shadow',
  exchange: 'practice',
  version: '0',
} as const;
const STOPPING = { kind: 'desk.stopping', reason: 'SIGTERM' } as const;
const AWAY: CoordinatorFact = { kind: 'redis.away' };

let folders: string[] = [];

afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders = [];
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nd-events-'));
  folders.push(folder);
  return folder;
}

function open(directory: string, clock = fakeClock()) {
  const redact = (text: string): string => text.replaceAll('planted-secret', '[redacted]');
  return openEventJournal({ directory, clock, log: silentLog(), redact });
}

describe('event journal', () => {
  it('numbers on over the lives of a folder', async () => {
    const folder = newFolder();
    const first = await open(folder);
    for (const fact of [STARTING, AWAY, STOPPING]) first.emit(fact);
    await first.settled();

    const second = await open(folder);
    second.emit(STARTING);
    await second.settled();

    const { events, newestSeq } = second.after(1, 10);
    expect(events.map(({ seq, fact }) => [seq, fact.kind])).toEqual([
      [2, 'redis.away'],
      [3, 'desk.stopping'],
      [4, 'desk.starting'],
    ]);
    expect(newestSeq).toBe(4);
  });

  it('tells of a life that ended without a word, with when it was last seen', async () => {
    const folder = newFolder();
    const clock = fakeClock();
    const first = await open(folder, clock);
    first.emit(STARTING);
    await first.settled();
    await clock.advance(60_000);
    await first.touch();
    const lastSeenMs = clock.now();

    const second = await open(folder, clock);
    await second.settled();

    expect(second.after(1, 10).events).toMatchObject([
      { seq: 2, fact: { kind: 'desk.vanished', lastSeenMs } },
    ]);
    const third = await open(folder, clock);
    await third.settled();
    expect(third.after(2, 10).events, 'told once a start').toMatchObject([
      { seq: 3, fact: { kind: 'desk.vanished' } },
    ]);
  });

  it('reads past a torn last line and writes on', async () => {
    const folder = newFolder();
    const first = await open(folder);
    for (const fact of [STARTING, STOPPING]) first.emit(fact);
    await first.settled();
    appendFileSync(join(folder, 'events.jsonl'), '\n{"seq":3,"atMs":5,"fa');

    const second = await open(folder);
    second.emit(STARTING);
    await second.settled();
    const third = await open(folder);

    expect(third.after(0, 10).events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('tells everything to a follower whose number is of a folder that was emptied', async () => {
    const journal = await open(newFolder());
    journal.emit(STARTING);
    await journal.settled();

    expect(journal.after(700, 10).events.map(({ seq }) => seq)).toEqual([1]);
    expect(journal.after(1, 10)).toEqual({ events: [], newestSeq: 1 });
  });

  it('tells an event only when it is written', async () => {
    const journal = await open(newFolder());

    journal.emit(STARTING);

    expect(journal.after(0, 10).events).toEqual([]);
    await journal.settled();
    expect(journal.after(0, 10).events).toHaveLength(1);
  });

  it('goes on in memory while the disk refuses, and writes all of it later', async () => {
    const folder = join(newFolder(), 'not-there-yet');
    const journal = await open(folder);
    for (const fact of [STARTING, AWAY]) journal.emit(fact);
    await journal.settled();
    expect(journal.after(0, 10).events.map(({ seq }) => seq)).toEqual([1, 2]);

    mkdirSync(folder);
    journal.emit(STOPPING);
    await journal.settled();

    const next = await open(folder);
    expect(next.after(0, 10).events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('keeps a thousand events in memory and two files on disk', async () => {
    const folder = newFolder();
    const journal = await open(folder);
    const verdict = 'x'.repeat(280);
    for (let count = 0; count < 4_000; count += 1) {
      journal.emit({ kind: 'agent.failed', agent: 'data', instance: 'data', verdict });
    }
    await journal.settled();
    journal.emit(STOPPING);
    await journal.settled();

    const { events } = journal.after(0, 5_000);
    expect([events.length, events.at(-1)?.seq]).toEqual([1_000, 4_001]);
    expect(existsSync(join(folder, 'events.1.jsonl'))).toBe(true);
    expect((await open(folder)).after(4_000, 10).events).toHaveLength(1);
  });

  it('bounds and cleans what a process said', async () => {
    const folder = newFolder();
    const journal = await open(folder);
    const problems = Array.from({ length: 30 }, () => `planted-secret ${'y'.repeat(1_000)}`);
    journal.emit({ kind: 'config.refused', by: 'a', origin: 'b', reason: '', problems });
    await journal.settled();

    const text = readFileSync(join(folder, 'events.jsonl'), 'utf8');
    expect(text).not.toContain('planted-secret');
    expect(text.length).toBeLessThan(8_000);
    expect(text).toContain('and 10 more');
  });
});
