import type { Metrics } from '#platform/metrics/metrics.ts';
import { DISK_PARTS } from './disk-use.ts';
import type { DiskPart, DiskUse } from './disk-use.ts';
import type { RedisFigures } from './redis-info.ts';

export interface ResourceMetrics {
  /** Undefined while Redis does not tell: then there is nothing to see, not yesterday's figures. */
  readonly redis: (figures: RedisFigures | undefined) => void;
  readonly disk: (use: DiskUse, bytesMax: Readonly<Partial<Record<DiskPart, number>>>) => void;
}

/** What the desk takes of the machine beside its own processes. */
export function resourceMetrics(metrics: Metrics): ResourceMetrics {
  const redis = {
    memoryBytes: metrics.gauge({ name: 'redis_memory_bytes', help: 'Memory of data in Redis.' }),
    memoryBytesMax: metrics.gauge({
      name: 'redis_memory_bytes_limit',
      help: 'Memory after which Redis refuses writes; absent when it has no limit.',
    }),
    clients: metrics.gauge({ name: 'redis_clients', help: 'Connections to Redis.' }),
    clientsMax: metrics.gauge({
      name: 'redis_clients_limit',
      help: 'Connections after which Redis refuses more.',
    }),
    aofBytes: metrics.gauge({
      name: 'redis_aof_bytes',
      help: 'Append-only file of Redis; it rewrites it by itself.',
    }),
    isAofOk: metrics.gauge({
      name: 'redis_aof_ok',
      help: '1 while Redis can write its append-only file.',
    }),
  };
  const bytes = metrics.gauge({
    name: 'disk_bytes',
    help: 'Files of the desk by what they are for.',
    labels: ['part'],
  });
  const limit = metrics.gauge({
    name: 'disk_bytes_limit',
    help: 'Bytes that a part takes at the most, where it has a limit.',
    labels: ['part'],
  });
  const free = metrics.gauge({
    name: 'disk_free_bytes',
    help: 'Space left for the desk on the disk of its data folder.',
  });
  const size = metrics.gauge({ name: 'disk_size_bytes', help: 'Size of that disk.' });
  // A gauge without labels begins at 0, which would read as a full disk until the first look.
  for (const gauge of [...Object.values(redis), free, size]) gauge.remove();

  return {
    redis: (figures) => {
      for (const name of Object.keys(redis) as (keyof typeof redis)[]) {
        const value = figures?.[name];
        if (value === undefined) redis[name].remove();
        else redis[name].set(Number(value));
      }
    },
    disk: (use, bytesMax) => {
      for (const part of DISK_PARTS) {
        bytes.set({ part }, use.bytes[part]);
        const max = bytesMax[part];
        if (max !== undefined) limit.set({ part }, max);
      }
      free.set(use.freeBytes);
      size.set(use.sizeBytes);
    },
  };
}
