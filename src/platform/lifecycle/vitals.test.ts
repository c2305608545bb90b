import { describe, expect, it } from 'vitest';
import { fakeClock } from '../clock/fake-clock.ts';
import { Heartbeat } from './contract.ts';
import { vitals } from './vitals.ts';

const SAMPLER = {
  takeLoopDelayMs: () => 3,
  pssBytes: () => 50_000_000,
  samplePss: () => Promise.resolve(),
  close: () => undefined,
};

describe('vitals', () => {
  it('gives a beat that fits the contract, without progress until there was some', () => {
    const clock = fakeClock(1_000);
    const body = vitals(clock, SAMPLER);

    const before = Heartbeat.parse(body.beat());
    body.progress();
    body.setWork({ inHand: 2, waiting: 5 });
    const after = Heartbeat.parse(body.beat());

    expect(before.progressMs).toBeUndefined();
    expect(after).toMatchObject({ progressMs: 1_000, workInHand: 2, workWaiting: 5 });
  });

  it('shows the true age of progress also after the wall clock stepped', async () => {
    const clock = fakeClock(1_000_000);
    let stepMs = 0;
    const body = vitals({ ...clock, now: () => clock.now() + stepMs }, SAMPLER);

    body.progress();
    await clock.advance(2_000);
    stepMs = 300_000;
    const { atMs, progressMs = 0 } = body.beat();

    expect(atMs - progressMs).toBe(2_000);
  });

  it('averages evaluation times, the first one taken as it is', () => {
    const body = vitals(fakeClock(), SAMPLER);

    body.evaluation(10);
    body.evaluation(20);

    expect(body.beat().evaluationMs).toBeCloseTo(11);
  });

  it('reports a check that throws as failed instead of losing the beat', () => {
    const body = vitals(fakeClock(), SAMPLER);
    body.addCheck('ledger', () => {
      throw new Error('locked');
    });
    body.addCheck('venue', () => ({ isOk: true, detail: 'open' }));

    expect(body.beat().checks).toEqual([
      { name: 'ledger', isOk: false, detail: 'locked' },
      { name: 'venue', isOk: true, detail: 'open' },
    ]);
  });
});
