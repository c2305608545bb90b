import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import type { ChildEvents } from './child.ts';
import { Fleet } from './fleet.ts';

const LIMITS = {
  silentMs: 3_000,
  blockedMs: 1_000,
  memoryBytes: 1_000,
  readyWithinMs: 30_000,
  noProgressMs: undefined,
  progressNeedsWork: true,
};

describe('Fleet', () => {
  it('judges every agent although judging one of them fails', async () => {
    const clock = fakeClock();
    const killed: string[] = [];
    const fleet = new Fleet(
      {
        clock,
        log: silentLog(),
        supervisor: {
          clock,
          random: seededRandom(1),
          log: silentLog(),
          launch: (plan, events: ChildEvents) => {
            queueMicrotask(() => events.onMessage({ kind: 'ready', facts: {} }));
            return {
              pid: 1,
              send: () => undefined,
              kill: () => {
                killed.push(plan.file);
                if (plan.file === 'execution') throw new Error('EPERM');
              },
            };
          },
          onLine: () => undefined,
          onMetrics: () => undefined,
          onProcessChange: () => undefined,
          onObserved: () => undefined,
        },
        plan: (agent, instance) => ({
          agent,
          instance,
          members: [agent],
          limits: () => LIMITS,
          launch: () => ({ file: agent, cwd: '/', execArgv: [], env: {} }),
          config: () => ({}),
        }),
        onReady: () => undefined,
        onEnded: () => undefined,
      },
      { absent: new Set(['practice', 'notifier', 'pair-selector', 'sentiment']) },
    );
    await fleet.start(1);
    await clock.advance(10_000);

    fleet.judge();

    expect(killed).toEqual(['execution', 'data', 'risk', 'trading-worker', 'gateway']);
  });
});
