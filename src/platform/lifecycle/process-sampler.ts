import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;

export interface ProcessSampler {
  /** Longest event-loop delay since the last call. */
  readonly takeLoopDelayMs: () => number;
  /** Proportional set size as last sampled; the resident size where the system has none. */
  readonly pssBytes: () => number;
  readonly samplePss: () => Promise<void>;
  readonly close: () => void;
}

export function processSampler(): ProcessSampler {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let pssBytes = process.memoryUsage.rss();
  return {
    takeLoopDelayMs: () => {
      const maxMs = delay.max / 1e6 - RESOLUTION_MS;
      delay.reset();
      return Math.max(0, maxMs);
    },
    pssBytes: () => pssBytes,
    samplePss: async () => {
      pssBytes = (await readPss('self')) ?? process.memoryUsage.rss();
    },
    close: () => delay.disable(),
  };
}

/** Proportional set size of a process; undefined where the system does not tell. */
export async function readPss(pid: number | 'self'): Promise<number | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // Not Linux, or the process has just gone.
    return undefined;
  }
}
