import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { notifier } from './notify.ts';
import type { Assignments } from './notify.ts';
import { openServiceManager, serviceManager } from './service-manager.ts';
import type { Seen, ServiceOptions } from './service-manager.ts';

const MINUTE = 60_000;
const SEEN: Seen = {
  state: 'running',
  mode: 'shadow',
  exchange: 'practice',
  healthScore: 97.6,
  agents: [
    { agent: 'coordinator', state: 'ready' },
    { agent: 'redis', state: 'ready' },
    { agent: 'execution', state: 'ready' },
    { agent: 'data', state: 'backing-off' },
  ],
};
const NONE_READY: Seen = {
  ...SEEN,
  agents: SEEN.agents.map((one) =>
    one.agent === 'execution' ? { ...one, state: 'degraded' } : one,
  ),
};

function desk(options: ServiceOptions = { watchdogMs: 60_000 }) {
  const clock = fakeClock();
  const sent: Assignments[] = [];
  const service = serviceManager(options, {
    clock,
    log: silentLog(),
    send: (assignments, onEnd) => {
      sent.push(assignments);
      onEnd();
    },
  });
  return {
    service,
    sent,
    /** Judges each second, as the coordinator does. */
    judge: async (seen: Seen, ms: number) => {
      for (let at = 0; at < ms; at += 1_000) {
        service.judged(() => seen);
        await clock.advance(1_000);
      }
    },
    fed: () => sent.filter((one) => one['WATCHDOG'] === '1').length,
  };
}

describe('the watchdog', () => {
  it('is fed three times in its period while agents are judged, and never by itself', async () => {
    const { judge, fed, sent } = desk();

    await judge(SEEN, 2 * MINUTE);

    expect(fed()).toBe(6);
    expect(sent.at(-1)?.['STATUS']).toBe(
      'running: shadow on practice, 3 of 4 processes ready, health 98',
    );
  });

  it('goes hungry when no agent has been ready for five minutes, until one is', async () => {
    const { judge, fed } = desk();
    await judge(NONE_READY, 5 * MINUTE);
    const before = fed();

    await judge(NONE_READY, 5 * MINUTE);
    expect(fed()).toBe(before);

    await judge(SEEN, MINUTE);
    expect(fed()).toBe(before + 3);
  });

  it('is fed while the desk starts and stops, however long no agent is ready', async () => {
    const { judge, fed } = desk();

    await judge({ ...NONE_READY, state: 'starting' }, 10 * MINUTE);
    await judge({ ...NONE_READY, state: 'stopping' }, 10 * MINUTE);

    expect(fed()).toBe(60);
  });

  it('is not fed where there is none; how the desk is, is told all the same', async () => {
    const { judge, sent } = desk({ watchdogMs: undefined });

    await judge(SEEN, MINUTE);

    expect(sent.map((one) => Object.keys(one))).toEqual([['STATUS'], ['STATUS']]);
  });

  it('needs a service manager', () => {
    const ports = { clock: fakeClock(), log: silentLog() };

    expect(openServiceManager({ WATCHDOG_USEC: '1000000' }, ports)).toBeUndefined();
  });
});

describe('notifier', () => {
  it('sends one message at a time; what is said meanwhile goes together, the latest word of each, and one phase', () => {
    const sent: Assignments[] = [];
    const ends: ((problem?: string) => void)[] = [];
    const { tell } = notifier((assignments, onEnd) => {
      sent.push(assignments);
      ends.push(onEnd);
    }, silentLog());

    tell({ READY: '1' });
    for (const status of ['a', 'b']) tell({ STATUS: status });
    tell({ RELOADING: '1', MONOTONIC_USEC: '7' });
    tell({ STOPPING: '1' });
    expect(sent).toEqual([{ READY: '1' }]);

    ends[0]?.('systemd-notify is missing');
    expect(sent).toEqual([{ READY: '1' }, { STATUS: 'b', STOPPING: '1' }]);
    ends[1]?.();
    expect(sent).toHaveLength(2);
  });
});
