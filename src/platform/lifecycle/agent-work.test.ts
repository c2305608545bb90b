import { describe, expect, it } from 'vitest';
import { fakeClock } from '../clock/fake-clock.ts';
import { silentLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { seededRandom } from '../random.ts';
import { agentWork } from './agent-work.ts';

function setUp() {
  const clock = fakeClock();
  const abort = new AbortController();
  const metrics = createMetrics({ agent: 'x', instance: 'x' });
  let progress = 0;
  const work = agentWork({
    clock,
    metrics,
    log: silentLog(),
    random: seededRandom(1),
    signal: abort.signal,
    onProgress: () => void (progress += 1),
  });
  const counted = async (name: string) => {
    const families = await metrics.families();
    const values = families.find((family) => family.name === `nightdesk_${name}`)?.values ?? [];
    return values.map(({ labels, value }) => `${labels['outcome'] ?? labels['work']}=${value}`);
  };
  return { clock, abort, work, counted, progress: () => progress };
}

describe('agentWork', () => {
  it('runs periodic work each interval without overlapping itself', async () => {
    const { clock, abort, work } = setUp();
    let running = 0;
    let runningMost = 0;
    let runs = 0;
    work.every({
      name: 'poll',
      intervalMs: 100,
      run: async () => {
        runs += 1;
        running += 1;
        runningMost = Math.max(runningMost, running);
        await clock.sleep(250);
        running -= 1;
      },
    });

    await clock.advance(1050);
    abort.abort(new Error('stop'));
    await clock.advance(1000);

    expect(runs).toBe(3);
    expect(runningMost).toBe(1);
  });

  it('goes on after a failed run, counts it, and reports progress of good runs only', async () => {
    const { clock, work, counted, progress } = setUp();
    let runs = 0;
    work.every({
      name: 'poll',
      intervalMs: 100,
      isProgress: true,
      isImmediate: true,
      run: () => {
        runs += 1;
        if (runs === 2) throw new Error('once');
      },
    });

    await clock.advance(200);

    expect(runs).toBe(3);
    expect(progress()).toBe(2);
    expect(await counted('periodic_runs_total')).toEqual(['ok=2', 'failed=1']);
  });

  it('shortens waits by the jitter and never lengthens them', async () => {
    const { clock, work } = setUp();
    let runs = 0;
    work.every({ name: 'poll', intervalMs: 100, jitter: 0.5, run: () => void (runs += 1) });

    await clock.advance(10_000);

    expect(runs).toBeGreaterThan(105);
    expect(runs).toBeLessThanOrEqual(200);
  });

  it('settles when the background work has ended, failed or not', async () => {
    const { work, abort, counted, clock } = setUp();
    const slow = Promise.withResolvers<void>();
    let isSettled = false;
    work.background('slow', slow.promise);
    work.background('bad', Promise.reject(new Error('no')));
    work.every({ name: 'poll', intervalMs: 100, run: () => undefined });
    abort.abort(new Error('stop'));
    const settled = work.settled().then(() => void (isSettled = true));

    await clock.advance(0);
    expect(isSettled).toBe(false);
    slow.resolve();
    await settled;

    expect(await counted('background_failures_total')).toEqual(['slow=0', 'bad=1', 'poll=0']);
  });
});
