import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClientOrderId } from '#core/model/order.ts';
import { checkLedger, openLedger } from '#ledger/index.ts';
import { T0, tempLedger, trade } from '#ledger/ledger.fixture.ts';
import { seededRandom } from '#platform/random.ts';

const WRITER = join(import.meta.dirname, '../support/ledger-writer.ts');
const SEED = process.env['NIGHTDESK_TEST_SEED'] ?? '7';
const ROUNDS = 12;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-kill-'));
  path = join(folder, 'ledger.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a writer, kills it after so many commits and returns the last one it spoke of. */
async function writeUntilKilled(first: number, commits: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = first - 1;
  for await (const line of createInterface({ input: outputOf(child) })) {
    last = Number(line);
    if (last >= first + commits) child.kill('SIGKILL');
  }
  await exited;
  return last;
}

function outputOf(child: ChildProcess): NodeJS.ReadableStream {
  if (child.stdout === null) throw new Error('the child has no stdout');
  return child.stdout;
}

async function openAgain() {
  return openLedger({ path, deskId: 'desk', owner: 'test', nowMs: T0, synchronous: 'normal' });
}

describe(`a writer that is killed (seed ${SEED})`, () => {
  it('leaves a clean ledger with everything it had committed, time after time', async () => {
    const random = seededRandom(SEED);
    let next = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const last = await writeUntilKilled(next, random.int(60));

      const ledger = await openAgain();
      const order = await ledger.read((query) => query.order(ClientOrderId.parse(`o${last}`)));
      expect(order, `round ${round}: order ${last} was committed`).toMatchObject({
        status: 'filled',
      });
      expect(ledger.previousLease?.owner).toMatch(/^writer \d+$/);
      const check = await checkLedger(path);
      expect(check.problems, `round ${round}`).toEqual([]);
      await ledger.close();
      // The commit after the last line may have been made: orders come in two commits.
      next = check.counts.orders;
    }
    expect(next).toBeGreaterThan(ROUNDS);
  });

  it('is found in order by the check while it writes', async () => {
    const child = spawn(process.execPath, [WRITER, path, '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    let checks = 0;
    for await (const line of createInterface({ input: outputOf(child) })) {
      if (Number(line) % 40 !== 39) continue;
      expect((await checkLedger(path)).problems).toEqual([]);
      checks += 1;
      if (checks === 5) child.kill('SIGKILL');
    }
    await exited;

    expect(checks).toBeGreaterThanOrEqual(5);
  });

  it('keeps a second one out while it lives, and not after its death', async () => {
    const child = spawn(process.execPath, [WRITER, path, '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await once(outputOf(child), 'data');
    await expect(openAgain()).rejects.toMatchObject({
      code: 'ledger.in-use',
      details: { owner: `writer ${child.pid}` },
    });

    child.kill('SIGSTOP');
    await expect(openAgain(), 'a stopped process still holds it').rejects.toMatchObject({
      code: 'ledger.in-use',
    });
    child.kill('SIGKILL');
    await exited;

    const ledger = await openAgain();
    expect(ledger.epoch).toBe(2);
    await ledger.close();
  });
});

describe('a write-ahead log whose end is lost', () => {
  it('takes back the last commits and nothing else', async () => {
    await using temp = await tempLedger();
    for (let n = 0; n < 20; n += 1) {
      const side = n % 2 === 0 ? 'buy' : 'sell';
      await trade(temp.ledger, { id: `o${n}`, trade: `t${n}`, side });
    }
    const wal = `${temp.path}-wal`;
    expect(existsSync(wal)).toBe(true);
    const bytes = statSync(wal).size;
    const seen = new Set<number>();
    const random = seededRandom(SEED);

    for (let cut = 0; cut < 25; cut += 1) {
      const copy = join(folder, `copy-${cut}.db`);
      copyFileSync(temp.path, copy);
      copyFileSync(wal, `${copy}-wal`);
      // Anywhere, also in the middle of a frame: a power cut respects nothing.
      truncateSync(`${copy}-wal`, Math.floor(bytes * (0.3 + 0.7 * random.next())));
      const ledger = await openLedger({
        path: copy,
        deskId: 'desk',
        owner: 'test',
        nowMs: T0,
        synchronous: 'normal',
      });
      const check = await checkLedger(copy);
      expect(check.problems, `cut ${cut}`).toEqual([]);
      seen.add(check.counts.fills);
      await ledger.close();
    }

    expect(Math.min(...seen), 'commits must have been lost').toBeLessThan(20);
    expect(seen.size, 'the cuts must differ').toBeGreaterThan(3);
  });
});
