import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { firstStart } from './first-start.ts';

const FAILED = { exitCode: 1, message: 'exit code 1: no venue' };

describe('firstStart', () => {
  it('is over when the agent is ready, whatever came before', async () => {
    const start = firstStart(fakeClock(), 10_000);

    start.ended(FAILED, false);
    start.ready();

    expect(await start.result).toBeUndefined();
  });

  it.each([
    ['its config is wrong', { exitCode: 2, message: 'exit code 2: bad' }, false],
    ['what it needs is not there', { exitCode: 71, message: 'no exchange' }, false],
    ['what it needs is not there', { exitCode: 71, message: 'no venue' }, false],
    ['it is in a crash loop', FAILED, true],
  ])('gives up at once when %s', async (_title, ending, isCrashLoop) => {
    const start = firstStart(fakeClock(), 10_000);

    start.ended(ending, isCrashLoop);

    expect(await start.result).toBe(ending);
  });

  it('gives up with the last ending when its time is over', async () => {
    const clock = fakeClock();
    const start = firstStart(clock, 10_000);
    start.ended({ exitCode: 75, message: 'lease is held' }, false);
    start.ended(FAILED, false);

    await clock.advance(11_000);

    expect(await start.result).toBe(FAILED);
  });

  it('says that it was too slow when it never ended', async () => {
    const clock = fakeClock();
    const start = firstStart(clock, 10_000);

    await clock.advance(11_000);

    expect(await start.result).toMatchObject({ message: 'it was not ready in time' });
  });
});
