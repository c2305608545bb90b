/** The step of scripts/bootstrap.sh that compiles ahead: bounded in time, its cache in size. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BOOTSTRAP = resolve(import.meta.dirname, '..', '..', 'scripts', 'bootstrap.sh');
// As Node names its own: version, architecture, flags, user.
const OLD_FOLDER = 'v26.1.0-x64-0123abcd-0';
const MB = 1_048_576;

let root: string;
let cache: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nightdesk-bootstrap-'));
  cache = join(root, 'cache');
  for (const folder of ['src', 'scripts', join('cache', OLD_FOLDER), join('cache', 'mine')]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(cache, OLD_FOLDER, 'old'), Buffer.alloc(2 * MB, 'x'));
  writeFileSync(join(cache, 'mine', 'file'), Buffer.alloc(2 * MB, 'x'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Compiles ahead in a tree whose compiler is `program`, with these variables of the script changed. */
function warm(program: string, changed: string): { code: number | null; stdout: string } {
  writeFileSync(join(root, 'scripts', 'warm-cache.ts'), program);
  const script = `set -eu; . ${BOOTSTRAP}; NODE_FLAGS=; ${changed}; warm_cache; echo goes on`;
  const env = { ...process.env, ROOT: root, NODE_COMPILE_CACHE: cache };
  const { status, stdout } = spawnSync('sh', ['-c', script], { env, encoding: 'utf8' });
  return { code: status, stdout };
}

describe('warm_cache', () => {
  it('is ended when it hangs, and the start goes on', () => {
    const pidFile = join(root, 'pid');
    const hangs = `
      import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      process.on('SIGTERM', () => undefined);
      setInterval(() => undefined, 1_000);`;

    const { code, stdout } = warm(hangs, 'WARM_WITHIN_MS=1500');

    expect(code).toBe(0);
    expect(stdout).toBe('goes on\n');
    // It may have been ended before its first line.
    if (!existsSync(pidFile)) return;
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
  });

  it('lets the start go on when compiling fails', () => {
    expect(warm('process.exit(1)', ':')).toEqual({ code: 0, stdout: 'goes on\n' });
  });

  it("clears Node's folders before it compiles once they are too large, and nothing else", () => {
    const compiles = `
      import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(join(cache, 'new'))}, '');`;
    warm(compiles, 'CACHE_MAX_MB=3');
    expect(existsSync(join(cache, OLD_FOLDER, 'old')), 'still small enough').toBe(true);

    warm(compiles, 'CACHE_MAX_MB=1');
    expect(existsSync(join(cache, OLD_FOLDER, 'old')), 'nothing is newer than the cache').toBe(
      true,
    );

    writeFileSync(join(root, 'src', 'changed.ts'), '');
    warm(compiles, 'CACHE_MAX_MB=1');

    expect(existsSync(join(cache, OLD_FOLDER))).toBe(false);
    expect(existsSync(join(cache, 'mine', 'file'))).toBe(true);
    expect(existsSync(join(cache, 'new'))).toBe(true);
  });
});
