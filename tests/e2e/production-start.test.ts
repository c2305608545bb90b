/** What keeps production from starting, and what it must not have done by then. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand, startDesk } from '../support/desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'nd-production-'));
const config = join(folder, 'withdraw.yaml');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeConfig(more: object): void {
  const practice = { accounts: [{ uid: 7, can_withdraw: true }] };
  writeFileSync(config, JSON.stringify({ practice, ...more }), { mode: 0o600 });
}

describe('production', () => {
  it('is refused without a promotion and without a reason', async () => {
    const { code, stderr } = await runCommand(['--production', '--data-dir', join(folder, 'a')]);

    expect(code).toBe(2);
    expect(stderr).toMatch(/never promoted/);
    expect(stderr).toMatch(/--override/);
  });

  it('is refused with keys that may withdraw, before it trades', async () => {
    writeConfig({});

    const args = ['--production', '--override', 'a test', '--timeframe', '1s', '--config', config];
    const { code, stdout, stderr } = await runCommand(
      [...args, '--port', '0', '--data-dir', join(folder, 'b')],
      { ...process.env, NIGHTDESK__LOGGING__DIRECTORY: join(folder, 'logs') },
    );

    expect(code, stdout).toBe(2);
    expect(stderr).toMatch(/the keys may withdraw.*execution\.allow_withdraw_keys/);
    expect(stdout).not.toContain('intent accepted');
  });

  it('starts with them when a person allows it, and says what it is everywhere', async () => {
    writeConfig({ execution: { allow_withdraw_keys: true } });
    const args = ['--production', '--override', 'a test', '--timeframe', '1s', '--config', config];
    await using desk = await startDesk({ args, folder });
    await desk.untilReady();

    const status = await desk.command(['status', '--once']);
    const metrics = await (await fetch(`${desk.url}/metrics`)).text();

    expect(desk.output()).toMatch(/^nightdesk {2}PRODUCTION/m);
    expect(desk.output()).toContain('the keys may withdraw');
    expect(status.stdout).toMatch(/^nightdesk {2}PRODUCTION.*\n! promotion overridden: a test/);
    expect(await desk.get('/api/v1/health')).toMatchObject({
      mode: 'production',
      override: 'a test',
    });
    expect(metrics).toMatch(/^nightdesk_desk_info\{.*mode="production".*\} 1$/m);
  });
});
