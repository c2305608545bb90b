/**
 * Copies the picture to Redis and reads the backlog from it. Runs beside supervision and never
 * before it: each of its loops waits for its own calls only, and while Redis is away they fail within
 * their time limit and are tried again.
 */
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Backlog } from '#bus/bus.ts';
import { evaluations } from '#bus/queues.ts';
import { agents, desk, epoch, metrics } from '#bus/states.ts';
import type { RedisAddress } from '#platform/redis/connection.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { freshId } from '#platform/ids.ts';
import type { Log } from '#platform/log/log.ts';
import type { Random } from '#platform/random.ts';
import type { RedisWatch } from './events/redis-watch.ts';
import type { StateLink } from './redis/state-link.ts';

export interface Published {
  readonly agents: readonly AgentStatus[];
  readonly systemScore: number;
}

export interface FamiliesOf {
  readonly agent: string;
  readonly instance: string;
  readonly families: readonly unknown[];
}

export interface PublisherOptions {
  readonly address: RedisAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly picture: () => Published;
  readonly families: () => Promise<readonly FamiliesOf[]>;
  readonly desk: () => {
    pid: number;
    sinceMs: number;
    mode: string;
    exchange: string;
    override?: string;
  };
  readonly onBacklog: (backlog: Backlog) => void;
  /** What Redis says of itself. */
  readonly onRedisInfo: (info: string) => void;
  readonly redisWatch: RedisWatch;
}

export interface Publisher {
  /** Takes the entries of a process that is no more out of Redis. */
  forget(instance: string): Promise<void>;
  close(): Promise<void>;
}

const EPOCH_MS = 250;
const PICTURE_MS = 1_000;
// With the agents' own two seconds a sign of trouble is on /metrics within three.
const METRICS_MS = 1_000;
const BACKLOG_MS = 1_000;
const REDIS_INFO_MS = 10_000;
const LIMIT_MS = 1_000;
// A picture older than this is of a coordinator that is no more.
const EXPIRES_MS = 15_000;

export async function startPublisher(options: PublisherOptions): Promise<Publisher> {
  const { clock, log, signal } = options;
  // Loaded when the first agent is on its way: the heaviest part of this process.
  const { openStateLink } = await import('./redis/state-link.ts');
  const bus = openStateLink({ ...options, limitMs: LIMIT_MS });
  const repeat = (everyMs: number, run: () => Promise<void>): Promise<void> =>
    repeatUntil({ clock, signal, everyMs, run, log });
  const loops = [
    repeat(EPOCH_MS, () => watchEpoch(bus, options)),
    repeat(PICTURE_MS, () => publishPicture(bus, options)),
    repeat(METRICS_MS, () => publishMetrics(bus, options)),
    repeat(BACKLOG_MS, async () => options.onBacklog(await bus.backlog(evaluations))),
    repeat(REDIS_INFO_MS, async () => options.onRedisInfo(await bus.info())),
  ];
  return {
    forget: async (instance) => {
      await bus.remove(agents, instance);
      await bus.remove(metrics, instance);
    },
    close: async () => {
      await Promise.all(loops);
      bus.close();
    },
  };
}

async function watchEpoch(bus: StateLink, options: PublisherOptions): Promise<void> {
  const { clock, log, signal, redisWatch } = options;
  try {
    redisWatch.answered(await keepEpoch(bus, clock, log));
  } catch (error) {
    if (!signal.aborted) redisWatch.failed();
    throw error;
  }
}

/** A missing epoch means that Redis was wiped or is new: its owners must rewrite what they have. */
async function keepEpoch(bus: StateLink, clock: Clock, log: Log): Promise<boolean> {
  if ((await bus.get(epoch, 'current')) !== undefined) return false;
  const id = freshId();
  await bus.set(epoch, 'current', { id, sinceMs: clock.now() });
  log.child('bus').info({ epoch: id }, 'redis is empty, new epoch');
  return true;
}

async function publishPicture(bus: StateLink, options: PublisherOptions): Promise<void> {
  const picture = options.picture();
  const expiry = { expiresAfterMs: EXPIRES_MS };
  const entries = picture.agents.map((status) => bus.set(agents, status.instance, status, expiry));
  const whole = { healthScore: picture.systemScore, ...options.desk() };
  await Promise.all([...entries, bus.set(desk, 'current', whole, expiry)]);
}

async function publishMetrics(bus: StateLink, options: PublisherOptions): Promise<void> {
  const atMs = options.clock.now();
  const all = await options.families();
  const entries = all.map(({ agent, instance, families }) =>
    bus.set(
      metrics,
      instance,
      { agent, instance, atMs, families: [...families] },
      { expiresAfterMs: EXPIRES_MS },
    ),
  );
  await Promise.all(entries);
}

async function repeatUntil(options: {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  readonly log: Log;
}): Promise<void> {
  const { clock, signal, everyMs, run, log } = options;
  while (!signal.aborted) {
    try {
      await run();
      await clock.sleep(everyMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.debug({ err: error }, 'redis did not take the picture');
      await clock.sleep(everyMs, signal).catch(() => undefined);
    }
  }
}
