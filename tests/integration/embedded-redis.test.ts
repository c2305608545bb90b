/** The bounds of the desk's own Redis, by a real one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EmbeddedRedis } from '#coordinator/redis/embedded.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { eventually } from '../support/eventually.ts';

const VALUE = 'x'.repeat(100_000);
const MB = 1_048_576;

it('keeps its file and its memory small, and refuses rather than forgets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-redis-bounds-'));
  const socketPath = join(folder, 'r.sock');
  const redis = new EmbeddedRedis({
    runDir: folder,
    storeDir: join(folder, 'store'),
    socketPath,
    memoryMb: 32,
    env: { PATH: process.env['PATH'] ?? '' },
    clock: systemClock(),
    random: seededRandom(1),
    log: silentLog(),
    onLine: () => undefined,
    onProcessChange: () => undefined,
  });
  const say = (commands: string): string =>
    spawnSync('redis-cli', ['-s', socketPath], { input: commands, encoding: 'utf8' }).stdout;
  const aofBytes = (): number =>
    Number(/aof_current_size:(\d+)/.exec(say('info persistence'))?.[1]);
  try {
    await redis.start();

    // One key, written again and again, as the states of a desk are: 50 MB into the file.
    say(`SET state ${VALUE}\n`.repeat(500));
    await eventually(() => aofBytes() < 20 * MB, {
      withinMs: 20_000,
      what: 'the file is rewritten',
    });

    const filled = say(Array.from({ length: 600 }, (_, n) => `SET key${n} ${VALUE}`).join('\n'));
    expect(filled).toContain('OOM command not allowed');
    expect(say('STRLEN state').trim(), 'nothing is evicted').toBe(String(VALUE.length));
  } finally {
    redis.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
