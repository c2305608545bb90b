import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import type { FromParent, Heartbeat } from '#platform/lifecycle/contract.ts';
import { silentLog } from '#platform/log/log.ts';
import { seededRandom } from '#platform/random.ts';
import type { ChildEvents } from './child.ts';
import { Supervisor } from './supervisor.ts';
import type { Ending } from './supervisor.ts';

interface FakeChild {
  readonly events: ChildEvents;
  readonly sent: FromParent[];
  readonly signals: string[];
}

const LIMITS = {
  silentMs: 3_000,
  blockedMs: 1_000,
  memoryBytes: 1_000,
  readyWithinMs: 30_000,
  noProgressMs: undefined,
  progressNeedsWork: true,
};

function setUp() {
  const clock = fakeClock();
  const children: FakeChild[] = [];
  const endings: Ending[] = [];
  const observed: string[] = [];
  const supervisor = new Supervisor(
    {
      agent: 'data',
      instance: 'data',
      members: ['data'],
      limits: () => LIMITS,
      launch: () => ({ file: 'x', cwd: '/', execArgv: [], env: {} }),
      config: () => ({ start: children.length }),
    },
    {
      clock,
      random: seededRandom(1),
      log: silentLog(),
      launch: (_plan, events) => {
        const child: FakeChild = { events, sent: [], signals: [] };
        children.push(child);
        return {
          pid: 100 + children.length,
          send: (message) => void child.sent.push(message),
          kill: (signal) => void child.signals.push(signal),
        };
      },
      onLine: () => undefined,
      onReady: () => void observed.push('ready'),
      onMetrics: () => void observed.push('metrics'),
      onEnded: (_plan, ending) => void endings.push(ending),
      onProcessChange: () => undefined,
      onObserved: (_plan, what) => void observed.push(what.kind),
    },
  );
  const last = (): FakeChild => {
    const child = children.at(-1);
    if (child === undefined) throw new Error('no child yet');
    return child;
  };
  const ready = (): void => last().events.onMessage({ kind: 'ready', facts: {} });
  const beat = (fields: Partial<Heartbeat> = {}): void => {
    last().events.onMessage({
      kind: 'heartbeat',
      atMs: clock.now(),
      loopDelayMs: 0,
      pssBytes: 1,
      rssBytes: 1,
      cpuMs: 0,
      workInHand: 0,
      workWaiting: 0,
      evaluationMs: 0,
      checks: [],
      ...fields,
    });
  };
  const exit = (code: number | null, signal: string | null = null): void =>
    last().events.onExit({ code, signal });
  return { clock, children, endings, observed, supervisor, last, ready, beat, exit };
}

describe('Supervisor', () => {
  it('sends init first and is ready when the child says so', () => {
    const { supervisor, last, ready } = setUp();

    supervisor.start();
    expect(supervisor.status().state).toBe('starting');
    ready();

    expect(last().sent[0]).toMatchObject({ kind: 'init', agent: 'data', config: { start: 1 } });
    expect(supervisor.status().state).toBe('ready');
  });

  it('restarts at once after a death long after ready, with the config of that moment', async () => {
    const { clock, supervisor, children, ready, exit, last, observed } = setUp();
    supervisor.start();
    ready();
    await clock.advance(60_000);

    exit(null, 'SIGKILL');
    await clock.advance(0);
    ready();

    expect(children).toHaveLength(2);
    expect(last().sent[0]).toMatchObject({ config: { start: 2 } });
    expect(supervisor.status().restarts).toBe(1);
    expect(observed).toEqual(['ready', 'restart', 'recovered', 'ready']);
  });

  it('recycles in order: drained, started at once with the config of then, and no death', async () => {
    const { supervisor, children, ready, exit, last, observed } = setUp();
    supervisor.start();
    ready();
    const first = last();

    const back = supervisor.recycle(5_000);
    expect(first.sent.at(-1)).toMatchObject({ kind: 'drain', withinMs: 5_000 });
    exit(0);
    ready();

    expect(await back).toBeUndefined();
    expect(children).toHaveLength(2);
    expect(last().sent[0]).toMatchObject({ kind: 'init', config: { start: 2 } });
    expect(supervisor.status()).toMatchObject({ state: 'ready', restarts: 0 });
    expect(observed).toEqual(['ready', 'ready']);
  });

  it('says how a recycled process ended that cannot start again, and goes on trying', async () => {
    const { clock, supervisor, children, ready, exit } = setUp();
    supervisor.start();
    ready();

    const back = supervisor.recycle(5_000);
    exit(0);
    exit(2);

    expect(await back).toBe('exit code 2');
    await clock.advance(1_000);
    expect(children).toHaveLength(3);
  });

  it('ends a recycled process that does not drain', async () => {
    const { clock, supervisor, ready, last } = setUp();
    supervisor.start();
    ready();
    const first = last();

    void supervisor.recycle(5_000);
    await clock.advance(6_000);

    expect(first.signals).toEqual(['SIGKILL']);
  });

  it('backs off before starting again a child that dies before ready', async () => {
    const { clock, supervisor, children, exit } = setUp();
    supervisor.start();

    exit(1);
    await clock.advance(100);
    expect(supervisor.status().state).toBe('backing-off');
    expect(children).toHaveLength(1);
    await clock.advance(200);

    expect(children).toHaveLength(2);
  });

  it('kills a silent child and starts it again', async () => {
    const { clock, supervisor, children, ready, beat, last, exit } = setUp();
    supervisor.start();
    ready();
    await clock.advance(20_000);
    beat();
    await clock.advance(2_900);
    supervisor.judge();
    expect(last().signals).toEqual([]);
    await clock.advance(200);
    supervisor.judge();
    expect(last().signals).toEqual(['SIGKILL']);

    exit(null, 'SIGKILL');
    await clock.advance(0);

    expect(children).toHaveLength(2);
    expect(supervisor.status().lastVerdict).toContain('no beat for 3.1 s');
  });

  it('forgives silence that was its own', async () => {
    const { clock, supervisor, ready, last } = setUp();
    supervisor.start();
    ready();
    await clock.advance(60_000);

    supervisor.forgive();
    supervisor.judge();

    expect(last().signals).toEqual([]);
  });

  it('lets a child over its memory limit close first, and kills it when it does not', async () => {
    const { clock, supervisor, ready, beat, last } = setUp();
    supervisor.start();
    ready();
    beat({ pssBytes: 2_000 });

    supervisor.judge();
    expect(last().sent.at(-1)).toEqual({ kind: 'drain', withinMs: 2_000 });
    expect(last().signals).toEqual([]);
    await clock.advance(2_500);

    expect(last().signals).toEqual(['SIGKILL']);
  });

  it('stops for good when asked, killing a child that ignores it', async () => {
    const { clock, supervisor, children, ready, last, exit } = setUp();
    supervisor.start();
    ready();

    const stopped = supervisor.stop(1_000.4);
    expect(last().sent.at(-1)).toEqual({ kind: 'drain', withinMs: 1_000 });
    await clock.advance(1_500);
    expect(last().signals).toEqual(['SIGKILL']);
    exit(null, 'SIGKILL');
    await stopped;
    await clock.advance(60_000);

    expect(supervisor.status().state).toBe('stopped');
    expect(children).toHaveLength(1);
  });

  it('is out of its crash loop as soon as a start lasts, not only at the next death', async () => {
    const { clock, supervisor, ready, beat, exit } = setUp();
    supervisor.start();
    for (let deaths = 0; deaths < 5; deaths += 1) {
      exit(1);
      await clock.advance(4_000);
    }
    await clock.advance(30_000);
    expect(supervisor.status()).toMatchObject({ isCrashLoop: true, state: 'starting' });

    ready();
    await clock.advance(9_000);
    beat();
    supervisor.judge();
    expect(supervisor.status().isCrashLoop).toBe(true);
    await clock.advance(1_000);
    beat();
    supervisor.judge();

    expect(supervisor.status()).toMatchObject({ isCrashLoop: false, state: 'ready' });
  });

  it('does not start again when stopped while it waits for the next try', async () => {
    const { clock, supervisor, children, exit } = setUp();
    supervisor.start();
    exit(1);

    await supervisor.stop(1_000);
    await clock.advance(60_000);

    expect(children).toHaveLength(1);
  });

  it('ends a child that floods it with messages, and handles no more of them', () => {
    const { supervisor, ready, last, observed } = setUp();
    supervisor.start();
    ready();

    for (let i = 0; i < 2_000; i += 1) last().events.onMessage({ kind: 'metrics', families: [] });

    expect(last().signals).toEqual(['SIGKILL']);
    expect(observed.filter((what) => what === 'metrics').length).toBeLessThanOrEqual(500);
  });

  it('hears nothing of a child that is no longer its own', async () => {
    const { clock, supervisor, children, ready, exit } = setUp();
    supervisor.start();
    ready();
    await clock.advance(60_000);
    const old = children[0];
    exit(0);
    await clock.advance(0);

    old?.events.onMessage({ kind: 'ready', facts: {} });
    old?.events.onExit({ code: 1, signal: null });

    expect(supervisor.status()).toMatchObject({ state: 'starting', restarts: 1 });
  });

  it('tells the last words of a child that ended', () => {
    const { supervisor, last, exit, endings } = setUp();
    supervisor.start();

    last().events.onMessage({ kind: 'failed', exitCode: 2, message: 'timeframe is wrong' });
    exit(2);

    expect(endings).toMatchObject([{ exitCode: 2, message: 'exit code 2: timeframe is wrong' }]);
  });

  it('passes a question on and gives the answer back', async () => {
    const { supervisor, ready, last } = setUp();
    supervisor.start();
    ready();

    const answer = supervisor.request({ kind: 'pause' }, 1_000);
    const asked = last().sent.at(-1);
    if (asked?.kind !== 'request') throw new Error('nothing was asked');
    last().events.onMessage({ kind: 'reply', requestId: asked.requestId, body: 'done' });

    expect(await answer).toBe('done');
  });

  it('rejects a question when the child dies, is late, or is not there', async () => {
    const { clock, supervisor, ready, exit } = setUp();
    await expect(supervisor.request({}, 1_000)).rejects.toThrow('not running');
    supervisor.start();
    ready();

    const late = supervisor.request({}, 1_000).catch((error: Error) => error.message);
    await clock.advance(1_000);
    const lost = supervisor.request({}, 1_000).catch((error: Error) => error.message);
    exit(1);

    expect(await late).toBe('no answer within 1 s');
    expect(await lost).toBe('data ended');
  });
});
