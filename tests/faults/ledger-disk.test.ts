import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLedger, type Ledger, openLedger } from '#ledger/index.ts';
import { fund, T0, trade } from '#ledger/ledger.fixture.ts';

// A disk of 2 MB of our own; needs root, as in the container that CI runs in.
const disk = mkdtempSync(join(tmpdir(), 'nightdesk-disk-'));
const isMounted = mount(['-t', 'tmpfs', '-o', 'size=2m', 'none', disk]);
if (!isMounted) rmSync(disk, { recursive: true });

function mount(args: readonly string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const path = join(disk, 'ledger.db');
const open = (): Promise<Ledger> =>
  openLedger({ path, deskId: 'desk', owner: 'test', nowMs: T0, synchronous: 'full' });

describe.skipIf(!isMounted)(
  'a ledger on a disk that fails it (needs the right to mount one)',
  () => {
    let n = 0;
    const tradeOnce = async (ledger: Ledger): Promise<void> => {
      const side = n % 2 === 0 ? 'buy' : 'sell';
      n += 1;
      await trade(ledger, { id: `o${n}`, trade: `t${n}`, side });
    };

    beforeAll(async () => {
      const ledger = await open();
      await fund(ledger);
      await ledger.close();
    });

    afterAll(() => {
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
    });

    it('says that the disk is full, keeps what was committed and goes on when there is room', async () => {
      const ledger = await open();
      await tradeOnce(ledger);
      const filler = join(disk, 'filler');
      expect(() => writeFileSync(filler, Buffer.alloc(4_000_000))).toThrow('ENOSPC');

      const fillDisk = async (): Promise<void> => {
        for (let tries = 0; tries < 500; tries += 1) await tradeOnce(ledger);
      };
      await expect(fillDisk()).rejects.toMatchObject({ code: 'ledger.disk-full' });

      rmSync(filler);
      await tradeOnce(ledger);
      expect((await checkLedger(path)).problems).toEqual([]);
      await ledger.close();
    });

    it('says that it cannot be written, and can still be read and checked', async () => {
      expect(mount(['-o', 'remount,ro', disk])).toBe(true);

      await expect(open()).rejects.toMatchObject({ code: 'ledger.read-only' });

      expect(mount(['-o', 'remount,rw', disk])).toBe(true);
      expect((await checkLedger(path)).ok).toBe(true);
      const ledger = await open();
      await ledger.close();
    });
  },
);
