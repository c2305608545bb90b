import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { BackupConfig } from '#platform/snapshot/config.ts';
import type { BackupReport, ScheduledWish } from '#platform/snapshot/scheduled.ts';
import { writeSnapshot } from '#platform/snapshot/snapshot.ts';
import { isBackupDue } from './backup-due.ts';
import { backupMetrics } from './backup-metrics.ts';
import { backUpForEver } from './backup-timer.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe('isBackupDue', () => {
  const at = {
    nowMs: 100 * HOUR,
    sinceMs: 0,
    lastMs: 90 * HOUR,
    failedMs: undefined,
    everyMs: 24 * HOUR,
  };
  it.each([
    [false, 'the last is young', {}],
    [true, 'the last is old', { lastMs: 76 * HOUR }],
    [true, 'there is none', { lastMs: undefined }],
    [false, 'the desk has just started', { lastMs: undefined, sinceMs: 100 * HOUR - MINUTE }],
    [false, 'it has just failed', { lastMs: undefined, failedMs: 100 * HOUR - MINUTE }],
    [true, 'it failed a while ago', { lastMs: undefined, failedMs: 99 * HOUR }],
    [true, 'the last is of a clock that was ahead', { lastMs: 200 * HOUR }],
    [true, 'the failure is of a clock that was ahead', { lastMs: undefined, failedMs: 200 * HOUR }],
  ])('is %s when %s', (isDue, _why, changed) => {
    expect(isBackupDue({ ...at, ...changed })).toBe(isDue);
  });
});

describe('backUpForEver', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'nightdesk-timer-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  function timer(config: object, answer: (wish: ScheduledWish) => BackupReport) {
    const clock = fakeClock(1_000 * HOUR);
    const ended = new AbortController();
    const metrics = createMetrics({ agent: 'coordinator', instance: 'coordinator' });
    const wishes: { readonly atMs: number; readonly wish: ScheduledWish }[] = [];
    const done = backUpForEver(
      { rootDir: '/project', dataDir, config: () => BackupConfig.parse(config) },
      {
        clock,
        log: silentLog(),
        metrics: backupMetrics(metrics),
        signal: ended.signal,
        run: async (wish) => {
          wishes.push({ atMs: clock.now() - 1_000 * HOUR, wish });
          return answer(wish);
        },
      },
    );
    return {
      clock,
      wishes,
      text: () => metrics.text(),
      stop: async () => {
        ended.abort();
        await done;
      },
    };
  }

  const made = (clock: { now(): number }, problems = 0): BackupReport => ({
    kind: 'made',
    path: 'x',
    bytes: 5,
    problems,
    seconds: 1,
    createdMs: clock.now(),
  });

  it('makes one after the start and then at the interval', async () => {
    const desk = timer({ every_hours: 2, directory: 'copies' }, () => made(desk.clock));

    for (let minute = 0; minute < 250; minute += 1) await desk.clock.advance(MINUTE);
    await desk.stop();

    expect(desk.wishes.map(({ atMs }) => atMs / MINUTE)).toEqual([5, 125, 245]);
    expect(desk.wishes[0]?.wish).toEqual({ dataDir, directory: '/project/copies', keep: 7 });
    expect(await desk.text()).toMatch(/nightdesk_backups_total\{.*outcome="made".*\} 3/);
  });

  it('goes by the backup that is there', async () => {
    await writeSnapshot(
      join(dataDir, 'backups', 'nightdesk-20260101T000000Z'),
      { kind: 'full', createdMs: 999 * HOUR, version: '1', dataDir },
      async () => undefined,
    );
    const desk = timer({ every_hours: 2 }, () => made(desk.clock));

    for (let minute = 0; minute < 59; minute += 1) await desk.clock.advance(MINUTE);
    expect(desk.wishes).toEqual([]);
    expect(await desk.text()).toContain(`${(999 * HOUR) / 1_000}`);
    await desk.clock.advance(MINUTE);
    await desk.stop();

    expect(desk.wishes).toHaveLength(1);
  });

  it('counts a failure and tries again a quarter of an hour later', async () => {
    const desk = timer({}, () => ({ kind: 'failed', why: 'no room' }));

    for (let minute = 0; minute < 30; minute += 1) await desk.clock.advance(MINUTE);
    await desk.stop();

    expect(desk.wishes.map(({ atMs }) => atMs / MINUTE)).toEqual([5, 20]);
    const text = await desk.text();
    expect(text).toMatch(/nightdesk_backups_total\{.*outcome="failed".*\} 2/);
    expect(text).not.toMatch(/^nightdesk_last_backup_timestamp_seconds\S* [1-9]/m);
  });

  it('makes none when told so', async () => {
    const desk = timer({ every_hours: null }, () => made(desk.clock));

    for (let hour = 0; hour < 50; hour += 1) await desk.clock.advance(HOUR);
    await desk.stop();

    expect(desk.wishes).toEqual([]);
  });
});
