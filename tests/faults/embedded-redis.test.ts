import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EmbeddedRedis } from '#coordinator/redis/embedded.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { sleepWith, systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import { eventually } from '../support/eventually.ts';

const SPEED = 20;

/** The system's clock, run faster, for limits of many seconds. */
function fastClock(): Clock {
  const real = systemClock();
  const after: Clock['after'] = (delayMs, run, options) =>
    real.after(delayMs / SPEED, run, options);
  return {
    now: () => real.now(),
    monotonic: () => real.monotonic() * SPEED,
    after,
    sleep: (delayMs, signal) => sleepWith({ after }, delayMs, signal),
  };
}

// The second start hangs before it serves, as on a disk that does not answer.
const SCRIPT = `#!/bin/sh
echo start >> "$HOME/starts"
if [ "$(wc -l < "$HOME/starts")" -eq 2 ]; then exec sleep 600; fi
exec env PATH="$REAL_PATH" redis-server "$@"
`;

test('a Redis that comes back and never serves is ended and started again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nd-embedded-'));
  const programs = join(folder, 'bin');
  mkdirSync(programs);
  writeFileSync(join(programs, 'redis-server'), SCRIPT);
  chmodSync(join(programs, 'redis-server'), 0o755);
  const path = process.env['PATH'] ?? '';
  const redis = new EmbeddedRedis({
    runDir: folder,
    storeDir: join(folder, 'store'),
    socketPath: join(folder, 'r.sock'),
    memoryMb: 64,
    env: { PATH: `${programs}:${path}`, REAL_PATH: path, HOME: folder },
    clock: fastClock(),
    random: seededRandom(1),
    log: silentLog(),
    onLine: () => undefined,
    onProcessChange: () => undefined,
  });
  try {
    await redis.start();
    process.kill(redis.status().pid ?? 0, 'SIGKILL');
    await eventually(() => redis.status().restarts === 1, { withinMs: 5_000 });

    await eventually(() => redis.status().restarts >= 2 && redis.status().isServing, {
      withinMs: 10_000,
    });

    expect(redis.status().isServing).toBe(true);
  } finally {
    redis.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
