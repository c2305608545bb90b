import { describe, expect, it, vi } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { declareVenueMetrics } from './metrics.ts';
import { startStreamLoop } from './stream-loop.ts';

describe('stream loop', () => {
  it('leaves no listener behind however often the stream is lost', async () => {
    const clock = fakeClock();
    const added = vi.spyOn(AbortSignal.prototype, 'addEventListener');
    const removed = vi.spyOn(AbortSignal.prototype, 'removeEventListener');
    let losses = 0;
    const loop = startStreamLoop({
      kind: 'trade',
      pairs: [],
      watch: () =>
        losses < 50 ? Promise.reject(new Error('lost')) : new Promise<never>(() => undefined),
      onGap: () => {
        losses += 1;
      },
      clock,
      random: seededRandom(1),
      log: silentLog(),
      metrics: declareVenueMetrics(createMetrics({ agent: 'data', instance: 'data' })),
    });
    await clock.advance(50 * 5_000);

    expect(losses).toBe(50);
    // One is left: that of the watch in hand.
    expect(added.mock.calls.length - removed.mock.calls.length).toBe(1);
    await loop.close();
    vi.restoreAllMocks();
  });
});
