/**
 * Item 1: a fresh clone on a machine without Node 26, Redis or packages trades and passes its tests, and
 * the same clone does so again without network. `--only trade` leaves the tests out. What is cloned is
 * what is committed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { findings } from './findings.ts';
import { itemFlags } from './flags.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

export async function run(args: readonly string[]): Promise<boolean> {
  if (process.getuid?.() !== 0) {
    console.log('making a bare machine needs root; nothing was checked');
    return false;
  }
  const { only } = itemFlags(args);
  const report = findings('a fresh clone on a bare machine');
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-fresh-'));
  const clone = join(folder, 'nightdesk');
  const machine = join(folder, 'machine');
  mkdirSync(machine);
  spawnSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, clone], { stdio: 'inherit' });
  const script = join(ROOT, 'scripts', 'acceptance', 'fresh-machine.sh');
  const child = spawn('unshare', ['-m', 'sh', script, machine, clone, only ?? 'all'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: pathWithoutOurNode() },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    process.stdout.write(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  report.check('the bare machine', code === 0, `exit code ${code}`);
  for (const line of output.split('\n')) {
    const [, mark, name = '', seen = ''] = /^(ok|FAIL) ([^:]+): (.*)$/.exec(line) ?? [];
    if (mark !== undefined) report.check(name, mark === 'ok', seen);
  }
  const isPassed = report.print();
  if (isPassed) rmSync(folder, { recursive: true, force: true });
  else console.log(`logs are in ${clone}`);
  return isPassed;
}

/** The Node that runs this is what the clone must find by itself. */
function pathWithoutOurNode(): string {
  const ours = dirname(process.execPath);
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .filter((name) => name !== ours && !name.endsWith('node_modules/.bin'))
    .join(delimiter);
}
