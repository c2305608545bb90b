import { describe, expect, test } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { Decision } from '#core/model/decision.ts';
import { recorder } from './recorder.ts';

function decision(id: string): Decision {
  return Decision.parse({
    evaluationId: id,
    variant: 'main',
    pair: 'BTC/USDT',
    timeframe: '1m',
    closeMs: 1,
    action: 'hold',
    stance: 0,
    confidence: 0,
    noEntry: [],
    rationale: '',
    reports: [],
    lastPrice: 1,
    decidedMs: 1,
    evaluationMs: 1,
    worker: 'w',
  });
}

function bench(commit: (batch: readonly Decision[]) => Promise<number>) {
  const clock = fakeClock();
  const stop = new AbortController();
  const commits: string[] = [];
  const failures: unknown[] = [];
  const writer = recorder({
    history: { record: commit },
    clock,
    signal: stop.signal,
    onCommit: ({ fresh, repeated }) => void commits.push(`${fresh}+${repeated}`),
    onFailure: (error) => void failures.push(error),
  });
  return { clock, stop, commits, failures, writer };
}

describe('recorder', () => {
  test('commits together what came together, and resolves only then', async () => {
    const batches: number[] = [];
    const { clock, commits, writer } = bench(async (batch) => {
      batches.push(batch.length);
      return batch.length - 1;
    });
    let done = 0;
    for (const id of ['a', 'b', 'c']) void writer.record(decision(id)).then(() => (done += 1));

    await clock.advance(5);
    expect(done).toBe(0);
    await clock.advance(10);

    expect(done).toBe(3);
    expect(batches).toEqual([3]);
    expect(commits).toEqual(['2+1']);
  });

  test('a commit is bounded; the rest follows in the next', async () => {
    const batches: number[] = [];
    const { clock, writer } = bench(async (batch) => {
      batches.push(batch.length);
      return batch.length;
    });
    const all = Array.from({ length: 450 }, (_, i) => writer.record(decision(`d${i}`)));

    await clock.advance(20);
    await Promise.all(all);

    expect(batches).toEqual([200, 200, 50]);
  });

  test('a failed commit is tried again until it succeeds', async () => {
    let tries = 0;
    const { clock, failures, writer } = bench(async (batch) => {
      tries += 1;
      if (tries < 4) throw new Error('disk full');
      return batch.length;
    });
    const recorded = writer.record(decision('a'));

    await clock.advance(10);
    await clock.advance(3_000);
    await recorded;

    expect(tries).toBe(4);
    expect(failures).toHaveLength(3);
  });

  test('when the agent ends, what could not be written is handed back', async () => {
    const { clock, stop, writer } = bench(async () => {
      throw new Error('disk full');
    });
    const recorded = writer.record(decision('a'));
    const outcome = expect(recorded).rejects.toMatchObject({ code: 'history-unwritable' });
    await clock.advance(10);

    stop.abort();
    await clock.advance(10);

    await outcome;
  });

  test('goes on after a pause', async () => {
    const { clock, commits, writer } = bench(async (batch) => batch.length);
    const first = writer.record(decision('a'));
    await clock.advance(10);
    await first;

    const second = writer.record(decision('b'));
    await clock.advance(10);
    await second;

    expect(commits).toEqual(['1+0', '1+0']);
  });
});
