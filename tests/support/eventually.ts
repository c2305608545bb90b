import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `condition` holds (an error counts as not yet) or fails with the last error. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  options: { readonly withinMs: number; readonly what?: string },
): Promise<number> {
  const startMs = performance.now();
  let lastError: unknown;
  for (;;) {
    try {
      if (await condition()) return performance.now() - startMs;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() - startMs > options.withinMs) {
      throw new Error(`not within ${options.withinMs} ms: ${options.what ?? 'condition'}`, {
        cause: lastError,
      });
    }
    await sleep(10);
  }
}
