import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock, Timer } from '../clock/clock.ts';
import type { Random } from '../random.ts';
import { connectRedis, type RedisAddress } from './connection.ts';
import { guardConnection } from './guard.ts';

/**
 * A count that processes keep together, by time window, and a gate that any of them can shut for
 * all. Never on anybody's way: each works with what it read last and sends what it added a little
 * later. Without Redis `othersIn` says undefined.
 */
export interface SharedTally {
  /** What the other members added in a window; undefined while it is not known. */
  othersIn(window: number): number | undefined;
  add(window: number, amount: number): void;
  shutUntilMs(): number;
  shut(untilMs: number): void;
  close(): void;
}

const SYNC_MS = 250;
/** What was read longer ago says nothing any more. */
const KNOWN_FOR_MS = 3_000;
const KEPT_SECONDS = 300;
const LIMIT_MS = 1_000;

const Counts = z.record(z.string(), z.coerce.number());

export function openSharedTally(options: {
  readonly address: RedisAddress;
  /** Redis key of the tally. */
  readonly key: string;
  /** Unique among the processes. */
  readonly member: string;
  readonly clock: Clock;
  readonly random: Random;
}): SharedTally {
  const { address, key, member, clock, random } = options;
  const redis = connectRedis({ address, name: `${member}:tally`, random, whileDown: 'refuse' });
  // The state of the connection is seen by the commands; there is nobody to tell.
  redis.on('error', () => undefined);
  const guard = guardConnection(redis, clock, LIMIT_MS);
  let window = -1;
  let added = 0;
  let others: number | undefined;
  let readMs = -Infinity;
  let gateMs = 0;
  let gateToSendMs = 0;
  let timer: Timer | undefined;
  let isClosed = false;

  function enter(current: number): void {
    if (current === window) return;
    window = current;
    added = 0;
    others = 0;
  }

  async function sync(): Promise<void> {
    const sent = { window, added, gateMs: gateToSendMs };
    const said = await guard.runNow('shared tally', () =>
      exchange(redis, { key, member, nowMs: clock.now(), ...sent }),
    );
    if (sent.gateMs === gateToSendMs) gateToSendMs = 0;
    gateMs = Math.max(gateMs, said.gateMs);
    if (said.counts === undefined || sent.window !== window) return;
    readMs = clock.monotonic();
    others = Object.entries(said.counts)
      .filter(([name]) => name !== member)
      .reduce((sum, [, count]) => sum + count, 0);
  }

  function later(): void {
    timer = clock.after(SYNC_MS, () => void run(), { unref: true });
  }

  async function run(): Promise<void> {
    if (window >= 0 || gateToSendMs > 0) {
      await sync().catch(() => undefined); // Without an answer the others are not known: see othersIn.
    }
    if (!isClosed) later();
  }

  later();
  return {
    othersIn: (at) => {
      enter(at);
      return clock.monotonic() - readMs <= KNOWN_FOR_MS ? others : undefined;
    },
    add: (at, amount) => {
      enter(at);
      added += amount;
    },
    shutUntilMs: () => gateMs,
    shut: (untilMs) => {
      gateMs = Math.max(gateMs, untilMs);
      gateToSendMs = gateMs;
    },
    close: () => {
      isClosed = true;
      timer?.cancel();
      redis.disconnect();
    },
  };
}

interface Sent {
  readonly key: string;
  readonly member: string;
  readonly window: number;
  readonly added: number;
  readonly gateMs: number;
  readonly nowMs: number;
}

/** Says what this member has added in all, and reads what everybody said. */
async function exchange(redis: Redis, sent: Sent) {
  const { key, member, window, added, gateMs, nowMs } = sent;
  const pipeline = redis.pipeline();
  pipeline.hset(`${key}:${window}`, member, added);
  pipeline.expire(`${key}:${window}`, KEPT_SECONDS);
  if (gateMs > nowMs) pipeline.set(`${key}:gate`, gateMs, 'PX', Math.ceil(gateMs - nowMs));
  pipeline.hgetall(`${key}:${window}`);
  pipeline.get(`${key}:gate`);
  const answers = await pipeline.exec();
  const [, counts] = answers?.at(-2) ?? [];
  const [, gate] = answers?.at(-1) ?? [];
  return { counts: Counts.safeParse(counts).data, gateMs: Number(gate ?? 0) };
}
