/**
 * Item 14: a small VPS, simulated. The service is installed as on a machine, then run as systemd would run it: as its own
 * user without capabilities, the program read-only, the words and the environment of the unit, in a group of
 * 1 GB, with somebody who listens to sd_notify. `--minutes` 30. What only systemd itself can do (its sandbox) is left to
 * `systemd-analyze security`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');

export async function run(args: readonly string[]): Promise<boolean> {
  if (process.getuid?.() !== 0) {
    console.log('making a machine needs root; nothing was checked');
    return false;
  }
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-vps-'));
  const machine = join(import.meta.dirname, 'vps-machine.sh');
  const inside = [process.execPath, 'scripts/acceptance/vps-run.ts', ...args];
  const child = spawn('unshare', ['-m', 'sh', machine, folder, ROOT, ...inside], {
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'close')) as [number | null];
  rmSync(folder, { recursive: true, force: true });
  return code === 0;
}
