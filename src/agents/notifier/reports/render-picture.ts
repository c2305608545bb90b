import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock } from '#platform/clock/clock.ts';

const WITHIN_MS = 20_000;
const HEAP_MB = 64;

const Png = z.instanceof(Uint8Array);

/**
 * An SVG as PNG, drawn in a thread of its own.
 * @throws when it cannot be drawn in time; a report goes without its picture then.
 */
export async function renderPicture(svg: string, clock: Clock): Promise<Uint8Array> {
  const worker = new Worker(new URL('render-worker.ts', import.meta.url), {
    workerData: svg,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  worker.once('message', (drawn) => resolve(Png.parse(drawn)));
  worker.once('error', reject);
  worker.once('exit', () => reject(new Error('the picture was not drawn')));
  const timer = clock.after(WITHIN_MS, () => reject(new Error('drawing took too long')));
  try {
    return await promise;
  } finally {
    timer.cancel();
    await worker.terminate();
  }
}
