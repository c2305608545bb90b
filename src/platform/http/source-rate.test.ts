import { describe, expect, it } from 'vitest';
import { fakeClock } from '../clock/fake-clock.ts';
import { TransientError } from '../errors.ts';
import type { SharedBuckets, SharedVerdict } from '../redis/shared-bucket.ts';
import { createSourceRate } from './source-rate.ts';

function setup(given: {
  ratePerMinute: number;
  says?: () => SharedVerdict;
  gateMs?: () => number;
}) {
  const clock = fakeClock();
  const shuts: number[] = [];
  const { says, gateMs } = given;
  const shared: SharedBuckets | undefined =
    says === undefined
      ? undefined
      : {
          take: async () => says(),
          shutMs: async () => gateMs?.() ?? 0,
          shut: async (_name, forMs) => void shuts.push(forMs),
          close: () => undefined,
        };
  const { ratePerMinute } = given;
  return { clock, shuts, rate: createSourceRate({ name: 'feed', ratePerMinute, clock, shared }) };
}

const NOW = { weight: 1, withinMs: 0 };

describe('createSourceRate', () => {
  it('lets go at its rate, and tells when the next may', async () => {
    const { clock, rate } = setup({ ratePerMinute: 6 });
    await rate.take(NOW);

    await expect(rate.take(NOW)).rejects.toMatchObject({
      code: 'source-busy',
      details: { retryAfterMs: 10_000 },
    });
    await clock.advance(10_000);

    await expect(rate.take(NOW)).resolves.toBeUndefined();
  });

  it('waits for its turn while the caller can', async () => {
    const { clock, rate } = setup({ ratePerMinute: 6 });
    await rate.take(NOW);
    let isTaken = false;
    const second = rate.take({ weight: 1, withinMs: 20_000 }).then(() => {
      isTaken = true;
    });

    await clock.advance(9_000);
    expect(isTaken).toBe(false);
    await clock.advance(1_000);
    await second;
  });

  it('keeps to half of it while the others are not known', async () => {
    const away = () => {
      throw new TransientError('redis-unavailable', 'Redis is not connected');
    };
    const { rate } = setup({ ratePerMinute: 6, says: away });
    await rate.take(NOW);

    await expect(rate.take(NOW)).rejects.toMatchObject({ details: { retryAfterMs: 20_000 } });
  });

  it('hears of the limit that another was told', async () => {
    const { rate } = setup({ ratePerMinute: 6, says: () => ({ kind: 'shut', waitMs: 7_000 }) });

    await expect(rate.take(NOW)).rejects.toMatchObject({ code: 'source-rate-limited' });
    expect(rate.shutMs()).toBe(7_000);
  });

  it('does not ask after a wait in which the gate was shut', async () => {
    const says = (): SharedVerdict => ({ kind: 'taken', waitMs: 5_000 });
    const { clock, rate } = setup({ ratePerMinute: 6, says, gateMs: () => 3_000 });
    const taken = rate.take({ weight: 1, withinMs: 10_000 });
    const refused = expect(taken).rejects.toMatchObject({ code: 'source-rate-limited' });

    await clock.advance(5_000);

    await refused;
  });

  it('tells the others of its own', async () => {
    const says = (): SharedVerdict => ({ kind: 'taken', waitMs: 0 });
    const { rate, shuts } = setup({ ratePerMinute: 6, says });

    await rate.shut(0);
    await rate.shut(4_000);

    expect(shuts).toEqual([4_000]);
    await expect(rate.take(NOW)).rejects.toMatchObject({ details: { retryAfterMs: 4_000 } });
  });
});
