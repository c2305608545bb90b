/** Backup and restore by the command line, beside a process that writes to the ledger all the time. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runBackup } from '#coordinator/backup/run-backup.ts';
import { checkLedger } from '#ledger/index.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { type Backup, listBackups } from '#platform/snapshot/backup-list.ts';
import { type CommandResult, runCommand } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const WRITER = resolve(import.meta.dirname, '..', 'support', 'ledger-writer.ts');

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Place {
  readonly dataDir: string;
  /** Orders the writer has said to be committed. */
  written(): number;
  /** `kill -9`. */
  kill(): Promise<void>;
  command(...args: readonly string[]): Promise<CommandResult>;
  backups(): readonly Backup[];
}

async function placeWithWriter(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-backup-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const writer = spawn(process.execPath, [WRITER, join(dataDir, 'ledger.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => {
    writer.once('exit', done);
  });
  const kill = async (): Promise<void> => {
    writer.kill('SIGKILL');
    await ended;
  };
  closers.push(kill);
  let written = 0;
  writer.stdout.on('data', (chunk: Buffer) => {
    written += chunk.toString().split('\n').length - 1;
  });
  await eventually(() => written > 200, { withinMs: 20_000, what: 'the writer writes' });
  const env = { ...process.env, NIGHTDESK__DESK_ID: 'desk' };
  return {
    dataDir,
    written: () => written,
    kill,
    command: (...args) => runCommand([...args, '--data-dir', dataDir], env),
    backups: () => listBackups(join(dataDir, 'backups'), dataDir),
  };
}

describe('backup and restore', { timeout: 120_000 }, () => {
  it('copies a moment of a ledger that is written to, and brings that moment back', async () => {
    const place = await placeWithWriter();
    const before = place.written();

    const made = await place.command('backup');

    expect(made, made.stderr).toMatchObject({ code: EXIT.asked });
    const [backup] = place.backups();
    const copy = await checkLedger(join(backup?.path ?? '', 'ledger.db'));
    expect(copy.ok).toBe(true);
    expect(copy.counts.orders).toBeGreaterThanOrEqual(before);
    await eventually(() => place.written() > copy.counts.orders + 100, {
      withinMs: 20_000,
      what: 'the writer goes on',
    });

    const tooEarly = await place.command('restore', backup?.path ?? '');
    expect(tooEarly).toMatchObject({ code: EXIT.tryLater });
    expect(tooEarly.stderr).toContain('has the ledger of');

    await place.kill();
    const restored = await place.command('restore', backup?.path ?? '');
    expect(restored, restored.stderr).toMatchObject({ code: EXIT.asked });
    expect(restored.stdout).toContain('what was there is in');
    expect((await checkLedger(join(place.dataDir, 'ledger.db'))).counts).toEqual(copy.counts);
    expect((await place.command('backup', 'list')).stdout).toContain(backup?.path);
  });

  it('is made by a process of its own for the coordinator, which hears why when it cannot', async () => {
    const place = await placeWithWriter();
    await place.kill();
    const wish = { dataDir: place.dataDir, directory: join(place.dataDir, 'backups'), keep: 1 };
    const { signal } = new AbortController();
    const options = { rootDir: ROOT, env: { PATH: process.env['PATH'] ?? '' }, signal };

    expect(await runBackup(wish, options)).toMatchObject({ kind: 'made', problems: 0 });
    expect(place.backups()).toHaveLength(1);

    const nowhere = { ...wish, dataDir: join(place.dataDir, 'backups', 'none') };
    expect(await runBackup(nowhere, options)).toEqual({
      kind: 'failed',
      why: `there is nothing to back up in ${nowhere.dataDir}`,
    });
    expect(await runBackup({ ...wish, keep: 0 }, options)).toMatchObject({ kind: 'failed' });
  });

  it('ends with the desk that asked for it', async () => {
    const place = await placeWithWriter();
    const wish = { dataDir: place.dataDir, directory: join(place.dataDir, 'backups'), keep: 1 };
    const ended = new AbortController();
    const running = runBackup(wish, { rootDir: ROOT, env: {}, signal: ended.signal });

    ended.abort();

    expect(await running).toMatchObject({ kind: 'failed' });
  });
});
