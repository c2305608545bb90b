/** What the coordinator does again and again until the desk has ended. */
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { CoordinatorConfig } from './config.ts';
import type { DeskPicture } from './desk-picture.ts';
import type { EventJournal } from './events/event-journal.ts';
import type { Figures } from './figures.ts';
import type { Fleet } from './fleet.ts';
import { logHealth } from './health-summary.ts';
import type { EmbeddedRedis } from './redis/embedded.ts';
import type { ReloadDesk } from './reload/reload-desk.ts';

export interface Rounds {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Pick<EventJournal, 'touch'>;
  readonly signal: AbortSignal;
  readonly limits: () => CoordinatorConfig;
  readonly fleet: Pick<Fleet, 'judge' | 'forgive'>;
  readonly redis: () => Pick<EmbeddedRedis, 'forgive'> | undefined;
  readonly picture: DeskPicture;
  readonly figures: Pick<Figures, 'lookAtDisk'>;
  readonly reloads: Pick<ReloadDesk, 'look'>;
  readonly onJudged: (() => void) | undefined;
}

const JUDGE_MS = 250;
// A tick that comes this late was held up (SIGSTOP, a busy machine): beats lie unread.
const HELD_UP_MS = 1_000;
const SAMPLE_MS = 10_000;
const WATCH_MS = 1_000;

export async function judgeForEver(rounds: Rounds): Promise<void> {
  const { clock, log, fleet, picture } = rounds;
  let lastMs = clock.monotonic();
  while (await tick(rounds, JUDGE_MS)) {
    picture.look();
    const nowMs = clock.monotonic();
    const lateMs = nowMs - lastMs - JUDGE_MS;
    lastMs = nowMs;
    if (lateMs > HELD_UP_MS) {
      log.warn({ lateMs: Math.round(lateMs) }, 'the coordinator was held up');
      fleet.forgive();
      rounds.redis()?.forgive();
    } else fleet.judge();
    rounds.onJudged?.();
  }
}

export async function sampleForEver(rounds: Rounds): Promise<void> {
  const { figures, journal, picture } = rounds;
  do {
    figures.lookAtDisk();
    await Promise.all([picture.sampleMemory(), journal.touch()]);
  } while (await tick(rounds, SAMPLE_MS));
}

export async function summariseForEver(rounds: Rounds): Promise<void> {
  const { log, limits, picture } = rounds;
  while (await tick(rounds, limits().health_check_interval * 1_000)) logHealth(log, picture.now());
}

export async function watchForEver(rounds: Rounds): Promise<void> {
  const { limits, reloads } = rounds;
  while (await tick(rounds, WATCH_MS)) {
    if (limits().watch_config) await reloads.look();
  }
}

/** False when the desk has ended. */
async function tick({ clock, signal }: Rounds, ms: number): Promise<boolean> {
  await clock.sleep(ms, signal).catch(() => undefined);
  return !signal.aborted;
}
