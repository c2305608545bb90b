/**
 * Processes that outlived a coordinator which was killed. Agents end themselves when their parent
 * vanishes, Redis is ended by the kernel; this is for those that could not (stopped, hung). They are
 * known by pid and start time, so that a pid used again by a stranger is left alone.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';

const Entry = z.strictObject({ what: z.string(), pid: z.int(), startTicks: z.string() });
type Entry = z.output<typeof Entry>;

const GRACE_MS = 2_000;
const KILL_WITHIN_MS = 2_000;
const LOOK_MS = 20;

export interface ProcessList {
  /** Writes down who runs now. */
  record(processes: readonly { readonly what: string; readonly pid: number }[]): void;
  /** Ends those of an earlier coordinator that still run; resolves when they are gone. */
  endLeftovers(): Promise<void>;
}

export function processList(runDir: string, clock: Clock, log: Log): ProcessList {
  const path = join(runDir, 'processes.json');

  async function endLeftovers(): Promise<void> {
    const alive = readEntries(path).filter(isAlive);
    if (alive.length === 0) return;
    log.warn({ processes: alive.map(({ what, pid }) => `${what} ${pid}`) }, 'ending leftovers');
    for (const { pid } of alive) signal(pid, 'SIGTERM');
    await gone(alive, GRACE_MS);
    for (const { pid } of alive.filter(isAlive)) signal(pid, 'SIGKILL');
    await gone(alive, KILL_WITHIN_MS);
  }

  async function gone(entries: readonly Entry[], withinMs: number): Promise<void> {
    const untilMs = clock.monotonic() + withinMs;
    while (entries.some(isAlive) && clock.monotonic() < untilMs) await clock.sleep(LOOK_MS);
  }

  return {
    endLeftovers,
    record: (processes) => {
      const entries = processes.flatMap(({ what, pid }) => {
        const startTicks = startTicksOf(pid);
        return startTicks === undefined ? [] : [{ what, pid, startTicks }];
      });
      try {
        writeFileSync(`${path}.new`, JSON.stringify(entries));
        renameSync(`${path}.new`, path);
      } catch (error) {
        // A full disk must not stop supervision; the list is a second net.
        log.warn({ err: error }, 'cannot write the list of processes');
      }
    },
  };
}

function readEntries(path: string): readonly Entry[] {
  try {
    return z.array(Entry).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // None was written, or the disk was full then.
    return [];
  }
}

function isAlive({ pid, startTicks }: Entry): boolean {
  return startTicksOf(pid) === startTicks;
}

/** Start time of a running process as the kernel counts it; undefined when gone or a zombie. */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold anything, so fields count from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone in the meantime.
    return;
  }
}
