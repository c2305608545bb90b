/** The unit of scripts/install-service.sh as systemd itself judges it. Nothing is installed here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '..', '..', 'scripts', 'install-service.sh');
const EXPOSURE_MAX = 2;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-unit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const script = (...args: readonly string[]) => run(SCRIPT, args);
const hasAnalyze = run('systemd-analyze', ['--version']).code === 0;

function unitFile(): string {
  const path = join(folder, 'nightdesk.service');
  writeFileSync(path, script('--dry-run').stdout);
  return path;
}

describe('install-service.sh', () => {
  it('prints a unit that says what was asked for', () => {
    const flags = [
      '--mode',
      'production',
      '--user',
      'desk',
      '--data-dir',
      '/srv/desk',
      '--memory-max',
      '900M',
    ];

    const { code, stdout } = script('--dry-run', ...flags);

    expect(code).toBe(0);
    for (const line of [
      'Type=notify',
      'User=desk',
      'MemoryMax=900M',
      'ReadWritePaths=/srv/desk /var/cache/nightdesk',
      'ProtectSystem=strict',
      'SystemCallFilter=capset',
      'ExecReload=/bin/kill -HUP $MAINPID',
    ]) {
      expect(stdout.split('\n')).toContain(line);
    }
    expect(stdout).toMatch(/^ExecStart=\S+\/start-bot.sh --production .*--data-dir \/srv\/desk$/m);
  });

  it.each([
    ['an unknown flag', ['--what'], 'unknown flag --what'],
    ['a mode that is none', ['--mode', 'live'], '--mode expects shadow or production, got live'],
    ['root', ['--user', 'root'], 'not root'],
    ['a user with a space', ['--user', 'a b'], '--user expects'],
    ['the root folder', ['--data-dir', '/'], '--data-dir expects a folder of its own'],
    ['a relative folder', ['--data-dir', 'data'], '--data-dir expects a whole path'],
    ['a folder with a line break', ['--data-dir', '/srv/a\nExecStart=x'], '--data-dir expects'],
    ['a limit that is none', ['--memory-max', 'much'], '--memory-max expects'],
    ['a flag without its value', ['--user'], '--user expects a value'],
    ['purge alone', ['--purge'], '--purge goes with --uninstall'],
  ])('refuses %s and says what it expects', (_what, args, message) => {
    const { code, stderr } = script('--dry-run', ...args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('tells every flag that it takes', () => {
    const { code, stdout } = script('--help');

    expect(code).toBe(0);
    for (const flag of [
      '--mode',
      '--user',
      '--data-dir',
      '--memory-max',
      '--start',
      '--uninstall',
      '--purge',
    ]) {
      expect(stdout).toContain(flag);
    }
  });

  describe.skipIf(!hasAnalyze)('its unit (needs systemd-analyze)', () => {
    it('is valid', () => {
      const { code, stdout, stderr } = run('systemd-analyze', ['verify', unitFile()]);

      expect(`${stdout}${stderr}`).toBe('');
      expect(code).toBe(0);
    });

    it('keeps the desk from the machine', () => {
      const { stdout } = run('systemd-analyze', ['security', '--offline=true', unitFile()]);

      const exposure = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
      process.stdout.write(`exposure of the unit: ${exposure}\n`);
      expect(exposure).toBeLessThanOrEqual(EXPOSURE_MAX);
    });
  });
});
