import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeClock } from './fake-clock.ts';
import { createVenueClock, estimateOffset } from './venue-clock.ts';

const START = 1_700_000_000_000;

describe('estimateOffset', () => {
  it('is never ahead of the venue, however the round trip is split', () => {
    const trip = fc.record({
      there: fc.integer({ min: 0, max: 400 }),
      back: fc.integer({ min: 0, max: 400 }),
      sentMs: fc.integer({ min: 0, max: 60_000 }),
    });
    fc.assert(
      fc.property(fc.array(trip, { minLength: 1, maxLength: 9 }), (trips) => {
        const trueOffset = 1_234;
        const samples = trips.map(({ there, back, sentMs }) => ({
          sentMs,
          serverMs: sentMs + there + trueOffset,
          receivedMs: sentMs + there + back,
        }));

        const estimate = estimateOffset(samples);

        expect(estimate?.offsetMs).toBeLessThanOrEqual(trueOffset);
        const worst = Math.max(...trips.map(({ there, back }) => there + back));
        expect(estimate?.offsetMs).toBeGreaterThanOrEqual(trueOffset - worst);
      }),
    );
  });

  it('leaves slow samples out', () => {
    const estimate = estimateOffset([
      { sentMs: 0, receivedMs: 10, serverMs: 1_005 },
      { sentMs: 20, receivedMs: 30, serverMs: 1_025 },
      { sentMs: 40, receivedMs: 440, serverMs: 1_045 },
    ]);

    expect(estimate).toEqual({ offsetMs: 995, roundTripMs: 10 });
  });

  it('says nothing without samples', () => {
    expect(estimateOffset([])).toBeUndefined();
  });
});

describe('createVenueClock', () => {
  it('takes the venue time at the first measurement', async () => {
    const clock = fakeClock(START);
    const venue = createVenueClock({
      clock,
      serverTimeMs: () => Promise.resolve(clock.now() + 700),
    });
    expect(venue.isSynchronised()).toBe(false);

    await venue.measure();

    expect(venue.now()).toBe(START + 700);
    expect(venue.offsetMs()).toBe(700);
    expect(venue.isSynchronised()).toBe(true);
  });

  it('slews a small correction, so that time never runs backwards', async () => {
    const clock = fakeClock(START);
    let skewMs = 1_000;
    const venue = createVenueClock({
      clock,
      serverTimeMs: () => Promise.resolve(clock.now() + skewMs),
    });
    await venue.measure();
    skewMs = 0;
    const before = venue.now();

    await venue.measure();
    const readings = [venue.now()];
    for (let i = 0; i < 30; i += 1) {
      await clock.advance(1_000);
      readings.push(venue.now());
    }

    expect(readings[0]).toBe(before);
    expect(readings.every((value, i) => i === 0 || value > (readings[i - 1] ?? 0))).toBe(true);
    expect(venue.offsetMs()).toBe(0);
    expect(venue.steps()).toBe(0);
  });

  it('steps only after a large error was seen twice and is out of use meanwhile', async () => {
    const clock = fakeClock(START);
    let skewMs = 0;
    const venue = createVenueClock({
      clock,
      serverTimeMs: () => Promise.resolve(clock.now() + skewMs),
    });
    await venue.measure();
    skewMs = 30_000;

    await venue.measure();
    const afterFirst = { offsetMs: venue.offsetMs(), isSynchronised: venue.isSynchronised() };
    await venue.measure();

    expect(afterFirst).toEqual({ offsetMs: 0, isSynchronised: false });
    expect(venue.offsetMs()).toBe(30_000);
    expect(venue.isSynchronised()).toBe(true);
    expect(venue.steps()).toBe(1);
  });

  it('keeps its time when the venue cannot be asked', async () => {
    const clock = fakeClock(START);
    let isDown = false;
    const venue = createVenueClock({
      clock,
      serverTimeMs: () =>
        isDown ? Promise.reject(new Error('refused')) : Promise.resolve(clock.now() + 50),
    });
    await venue.measure();
    isDown = true;

    await expect(venue.measure()).rejects.toThrow('refused');

    expect(venue.offsetMs()).toBe(50);
  });

  it('ignores samples whose round trip is too long', async () => {
    const clock = fakeClock(START);
    let tripMs = 0;
    const venue = createVenueClock({
      clock,
      serverTimeMs: async () => {
        await clock.advance(tripMs);
        return clock.now() + 400;
      },
    });
    await venue.measure();
    tripMs = 900;

    await venue.measure();

    expect(venue.offsetMs()).toBe(400);
    expect(venue.uncertaintyMs()).toBe(0);
  });
});
