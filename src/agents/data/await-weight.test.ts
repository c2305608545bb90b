import { expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { awaitWeight } from './await-weight.ts';

const usedUp = (retryAfterMs: number): TransientError =>
  new TransientError('venue-budget', 'used up', { details: { retryAfterMs } });

function reading(failures: readonly Error[]) {
  const clock = fakeClock(0);
  const left = [...failures];
  const readMs: number[] = [];
  const read = (): Promise<string> => {
    readMs.push(clock.now());
    const failure = left.shift();
    return failure === undefined ? Promise.resolve('read') : Promise.reject(failure);
  };
  const { signal } = new AbortController();
  return { clock, readMs, result: awaitWeight({ clock, log: silentLog(), signal }, read) };
}

it('reads again when the minute has turned, however often it has to', async () => {
  const { clock, readMs, result } = reading([usedUp(18_000), usedUp(60_000)]);

  await clock.advance(100_000);

  expect(await result).toBe('read');
  expect(readMs).toEqual([0, 18_000, 78_000]);
});

it('waits for nothing else', async () => {
  const { result } = reading([new TransientError('venue-unreachable', 'no answer')]);

  await expect(result).rejects.toMatchObject({ code: 'venue-unreachable' });
});
