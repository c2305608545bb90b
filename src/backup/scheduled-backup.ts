/**
 * One backup in a process of its own, started by the coordinator, which has no database: whatever
 * goes wrong here ends here. Takes its wish as one JSON argument and answers one message.
 */
import { errorText } from '#platform/errors.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { type BackupReport, ScheduledWish } from '#platform/snapshot/scheduled.ts';
import { backUp } from './back-up.ts';

async function report(argument: string | undefined): Promise<BackupReport> {
  const clock = systemClock();
  const startedMs = clock.monotonic();
  try {
    const wish = ScheduledWish.parse(JSON.parse(argument ?? ''));
    const nowMs = Math.floor(clock.now());
    const { path, bytes, manifest } = await backUp({ ...wish, nowMs });
    const problems = manifest.ledger?.problems ?? 0;
    const seconds = (clock.monotonic() - startedMs) / 1_000;
    return { kind: 'made', path, bytes, problems, seconds, createdMs: nowMs };
  } catch (error) {
    return { kind: 'failed', why: errorText(error) };
  }
}

process.send?.(await report(process.argv[2]));
if (process.connected) process.disconnect?.();
