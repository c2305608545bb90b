import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createVenueClock } from '#platform/clock/venue-clock.ts';
import { keepVenueClock } from './keep-venue-clock.ts';

/** A venue whose clock differs by `offsetMs`, and how often it was asked. */
async function setup({ isExact = true } = {}) {
  const clock = fakeClock();
  const venue = { offsetMs: 0, asked: 0, delayMs: 0 };
  const serverTimeMs = async (): Promise<number> => {
    venue.asked += 1;
    if (venue.delayMs > 0) await clock.sleep(venue.delayMs);
    return clock.now() + venue.offsetMs;
  };
  const venueClock = createVenueClock({ clock, serverTimeMs });
  await venueClock.measure();
  venue.asked = 0;
  const reads = { serverTimeMs } as unknown as Parameters<typeof keepVenueClock>[0]['reads'];
  const keep = keepVenueClock({ clock: venueClock, reads, isExact }, clock);
  return { clock, venue, venueClock, keep: () => keep(new AbortController().signal) };
}

describe('keepVenueClock', () => {
  it('asks one question while the time is right', async () => {
    const { venue, keep } = await setup();

    await keep();

    expect(venue.asked).toBe(1);
  });

  it('measures at once when the venue moved its clock, and steps when it is seen twice', async () => {
    const { venue, venueClock, keep } = await setup();
    venue.offsetMs = 30_000;

    await keep();
    expect(venueClock.isSynchronised()).toBe(false);
    await keep();

    expect(venueClock.isSynchronised()).toBe(true);
    expect(venueClock.offsetMs()).toBe(30_000);
  });

  it('measures each minute without being told', async () => {
    const { clock, venue, keep } = await setup({ isExact: false });

    await keep();
    expect(venue.asked, 'what a question costs is not known').toBe(0);
    await clock.advance(60_000);
    await keep();

    expect(venue.asked).toBeGreaterThan(1);
  });

  it('learns nothing from an answer that took long', async () => {
    const { clock, venue, venueClock, keep } = await setup();
    venue.offsetMs = 30_000;
    venue.delayMs = 2_000;

    const asking = keep();
    await clock.advance(2_000);
    await asking;

    expect(venue.asked).toBe(1);
    expect(venueClock.isSynchronised()).toBe(true);
  });
});
