/** What a service manager hears of a coordinator, by a real datagram socket and systemd-notify. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeskProcess, type DeskSettings, startDesk } from '../support/desk-process.ts';
import { eventually } from '../support/eventually.ts';
import { canNotify, notifySocket, type NotifySocket } from '../support/notify-socket.ts';

const WATCHDOG_US = 1_500_000;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function deskUnderManager(
  address: string,
  settings: DeskSettings = {},
): Promise<{
  readonly desk: DeskProcess;
  readonly manager: NotifySocket;
  readonly fed: () => number;
}> {
  const manager = await notifySocket(address);
  closers.push(() => manager[Symbol.asyncDispose]());
  const env = { NOTIFY_SOCKET: address, WATCHDOG_USEC: String(WATCHDOG_US) };
  const desk = startDesk({ ...settings, env });
  closers.push(() => desk[Symbol.asyncDispose]());
  const fed = (): number => manager.messages.filter((text) => text.includes('WATCHDOG=1')).length;
  return { desk, manager, fed };
}

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nd-notify-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'notify');
}

describe.skipIf(!canNotify())(
  'the service manager (needs systemd-notify and perl)',
  { timeout: 90_000 },
  () => {
    it.each([
      ['a socket in the file system', socketPath],
      ['an abstract socket', () => `@nightdesk-test-${process.pid}`],
    ])('hears by %s when the desk is up, how it is, and that it stops', async (_what, address) => {
      const { desk, manager, fed } = await deskUnderManager(address());
      await desk.running();
      await eventually(() => manager.messages.some((text) => text.includes('READY=1')), {
        withinMs: 5_000,
        what: 'READY=1',
      });
      await eventually(() => fed() > 3, { withinMs: 10_000, what: 'the watchdog is fed' });
      const isRunning = /STATUS=running: shadow on practice, \d+ of \d+/;
      await eventually(() => manager.messages.some((text) => isRunning.test(text)), {
        withinMs: 10_000,
        what: 'the status says running',
      });

      desk.child.kill('SIGTERM');
      expect(await desk.exited(15_000)).toEqual({ code: 0, signal: null });

      const texts = manager.messages.join('|');
      expect(texts).toContain('STOPPING=1');
      expect(texts.indexOf('READY=1')).toBeLessThan(texts.indexOf('STOPPING=1'));
    });

    it('does not hear from a coordinator that stands still, and hears again when it goes on', async () => {
      const { desk, fed } = await deskUnderManager(socketPath());
      await desk.running();
      await eventually(() => fed() > 1, { withinMs: 10_000, what: 'the watchdog is fed' });

      desk.child.kill('SIGSTOP');
      await new Promise((done) => {
        setTimeout(done, 1_000);
      });
      const before = fed();
      await new Promise((done) => {
        setTimeout(done, (2 * WATCHDOG_US) / 1_000);
      });
      expect(fed(), 'fed by nobody').toBe(before);

      desk.child.kill('SIGCONT');
      await eventually(() => fed() > before, { withinMs: 10_000, what: 'the watchdog is fed' });
    });

    it('that does not read holds up nothing', async () => {
      const { desk } = await deskUnderManager(socketPath());
      const silent = startDesk({ env: { NOTIFY_SOCKET: '/none', WATCHDOG_USEC: '1500000' } });
      closers.push(() => silent[Symbol.asyncDispose]());

      await Promise.all([desk.running(), silent.running()]);

      await eventually(
        () => silent.log('coordinator').includes('the service manager cannot be told'),
        {
          withinMs: 10_000,
          what: 'it says so',
        },
      );
      expect((await silent.status()).healthScore).toBeGreaterThan(70);
    });
  },
);
