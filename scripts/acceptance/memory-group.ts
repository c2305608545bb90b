import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group with a limit of memory; the kernel ends what goes beyond. */
export interface MemoryGroup extends Disposable {
  /** A process that writes its pid there belongs to it, with all its children. */
  readonly procs: string;
  /** Most that was ever used, page cache included. */
  readonly peakBytes: () => number;
  /** Times that the limit was met. */
  readonly hits: () => number;
}

// The first version of control groups and the second.
const KINDS = [
  {
    root: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    hits: 'memory.failcnt',
  },
  { root: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak', hits: 'memory.events' },
] as const;

/** Undefined where none can be made. */
export function memoryGroup(limitBytes: number): MemoryGroup | undefined {
  for (const { root, limit, peak, hits } of KINDS) {
    const folder = join(root, `nightdesk-${process.pid}`);
    try {
      mkdirSync(folder);
      if (!existsSync(join(folder, limit))) {
        rmdirSync(folder);
        continue;
      }
      writeFileSync(join(folder, limit), String(limitBytes));
    } catch {
      // Not ours to make, or the other version.
      continue;
    }
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
    return {
      procs: join(folder, 'cgroup.procs'),
      peakBytes: () => Number(read(peak)),
      hits: () => Number(/^(?:max )?(\d+)$/m.exec(read(hits))?.[1] ?? 0),
      [Symbol.dispose]: () => rmdirSync(folder),
    };
  }
  return undefined;
}
