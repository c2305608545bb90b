/** A folder for one start that has to fail, with a ledger of an earlier desk in it. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkLedger, openLedger } from '#ledger/index.ts';
import { fund, T0, trade } from '#ledger/ledger.fixture.ts';
import { freePort } from '../desk.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
/** A start that neither fails nor is stopped is a failure of the case. */
const ENDS_WITHIN_MS = 60_000;
/** Children that saw their parent go still have to close. */
const LEFTOVERS_WITHIN_MS = 10_000;

export interface StartOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Command that runs the start inside something, such as a namespace. */
  readonly enter?: readonly string[];
}

export interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
  /** Processes of this start that still ran afterwards. */
  readonly leftovers: readonly string[];
}

export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly dataDir: string;
  readonly ledgerPath: string;
  /** Runs `./start-bot.sh` in here to its end. */
  start(options?: StartOptions): Promise<Outcome>;
  /**
   * What the ledger holds, by content; stays the same over a start that fails. The audit is left out:
   * that somebody tried to start, and with which config, is written there.
   */
  ledgerDigest(): Promise<string>;
}

export async function makePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-bad-'));
  const dataDir = join(folder, 'data');
  const ledgerPath = join(dataDir, 'ledger.db');
  mkdirSync(dataDir);
  await writeLedger(ledgerPath);
  return {
    folder,
    dataDir,
    ledgerPath,
    start: (options = {}) => runStart(folder, dataDir, options),
    ledgerDigest: async () => {
      const { counts, problems } = await checkLedger(ledgerPath);
      return JSON.stringify({ counts: { ...counts, audit: 0, events: 0 }, problems });
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A buy and a sell, written as an earlier run of the desk would have. */
async function writeLedger(path: string): Promise<void> {
  const options = { deskId: 'nightdesk', owner: 'earlier run', nowMs: T0 } as const;
  const ledger = await openLedger({ path, ...options, synchronous: 'normal' });
  await fund(ledger);
  await trade(ledger, { id: 'o1', trade: 't1' });
  await trade(ledger, { id: 'o2', trade: 't2', side: 'sell' });
  await ledger.close();
}

/** By bytes, for files that must not be touched at all. */
export function fileDigest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

async function runStart(
  folder: string,
  dataDir: string,
  { args = [], env = {}, enter = [] }: StartOptions,
): Promise<Outcome> {
  const startedMs = performance.now();
  const own = ['--data-dir', dataDir, '--port', String(await freePort())];
  const [program = '', ...rest] = [...enter, join(ROOT, 'start-bot.sh'), ...own, ...args];
  const child = spawn(program, rest, {
    cwd: folder,
    env: {
      ...process.env,
      NIGHTDESK__LOGGING__DIRECTORY: join(folder, 'logs'),
      ...env,
      // Passed on to every child, so all processes of this start can be told from others.
      PATH: `${env['PATH'] ?? process.env['PATH'] ?? ''}:${join(folder, 'mark')}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGTERM'), ENDS_WITHIN_MS);
  const code = await new Promise<number | string>((done) => {
    child.once('close', (exitCode, signal) => done(exitCode ?? signal ?? -1));
  });
  clearTimeout(timer);
  const tookMs = performance.now() - startedMs;
  return { code, stdout, stderr, tookMs, leftovers: await leftovers(folder) };
}

async function leftovers(folder: string): Promise<readonly string[]> {
  const untilMs = performance.now() + LEFTOVERS_WITHIN_MS;
  for (;;) {
    const found = processesOf(folder);
    if (found.length === 0 || performance.now() > untilMs) return found;
    await sleep(50);
  }
}

function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${folder}/mark`)) return [];
        return [`${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} ${pid}`];
      } catch {
        // Gone in the meantime, or not ours to read.
        return [];
      }
    });
}
