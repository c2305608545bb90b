/** Joins the desk to its publisher: the picture goes to Redis, the backlog comes back and scales. */
import { redisAddress } from '#bus/config.ts';
import type { Clock } from '#platform/clock/clock.ts';
import { socketPath } from '#platform/lifecycle/short-path.ts';
import type { Log } from '#platform/log/log.ts';
import { freshRandom } from '#platform/random.ts';
import type { DeskPicture } from './desk-picture.ts';
import type { DeskSettings } from './desk-settings.ts';
import type { EventJournal } from './events/event-journal.ts';
import { redisWatch } from './events/redis-watch.ts';
import type { Figures } from './figures.ts';
import type { Fleet } from './fleet.ts';
import { startPublisher } from './publisher.ts';
import type { Publisher } from './publisher.ts';
import { workerScaler } from './scaler.ts';

export interface PublishedDesk {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Pick<EventJournal, 'emit'>;
  readonly signal: AbortSignal;
  readonly sinceMs: number;
  readonly settings: DeskSettings;
  readonly fleet: Fleet;
  readonly picture: DeskPicture;
  readonly figures: Figures;
  /** False while the desk starts, changes its config or stops. */
  readonly mayScale: () => boolean;
  /** A worker was taken away. */
  readonly onForgotten: (instance: string) => void;
}

export async function publishDesk(desk: PublishedDesk): Promise<Publisher | undefined> {
  const { clock, log, settings, picture, figures } = desk;
  const { slice, dataDir } = settings.now();
  const about = {
    pid: process.pid,
    sinceMs: desk.sinceMs,
    mode: slice.mode,
    exchange: slice.exchange.name,
    ...settings.override(),
  };
  let publisher: Publisher | undefined;
  const scale = workerScaler({
    clock,
    log,
    fleet: desk.fleet,
    workers: () => settings.now().slice.coordinator.workers,
    forget: async (instance) => {
      desk.onForgotten(instance);
      figures.forget(instance);
      await publisher?.forget(instance).catch((error: unknown) => {
        // It expires by itself a little later.
        log.debug({ err: error, child: instance }, 'entry not removed');
      });
    },
  });
  try {
    publisher = await startPublisher({
      address: redisAddress(slice.redis) ?? { socketPath: socketPath(dataDir, 'redis.sock') },
      clock,
      random: freshRandom(),
      log,
      signal: desk.signal,
      picture: () => picture.now(),
      families: () => figures.all(),
      onRedisInfo: (info) => figures.redisSaid(info),
      redisWatch: redisWatch(clock, desk.journal.emit),
      desk: () => about,
      onBacklog: (backlog) => {
        if (desk.mayScale()) scale(backlog);
      },
    });
  } catch (error) {
    // Supervision needs no Redis; the picture is missing until the next start.
    log.error({ err: error }, 'cannot publish the picture of the desk');
  }
  return publisher;
}
