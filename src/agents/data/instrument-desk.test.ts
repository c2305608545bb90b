import { describe, expect, it } from 'vitest';
import type { Instrument } from '#core/model/instrument.ts';
import { instrument } from '#core/pairs/pairs.fixture.ts';
import { PermanentError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { createInstrumentDesk } from './instrument-desk.ts';

const TRADING = [instrument('A'), instrument('B')];

function desk() {
  const world = {
    rules: TRADING as readonly Instrument[],
    unknown: new Set<string>(),
    told: 0,
    isCacheAway: false,
  };
  const rules = createInstrumentDesk({
    known: TRADING,
    reads: {
      instruments: (pairs) => {
        const asked = pairs === 'all' ? [] : pairs;
        const unknown = asked.some((pair) => world.unknown.has(pair));
        const error = new PermanentError('venue-unknown-symbol', 'one of them is not there');
        if (unknown) return Promise.reject(error);
        return Promise.resolve(world.rules.filter(({ pair }) => asked.includes(pair)));
      },
    },
    bus: { set: () => Promise.resolve(), remove: () => Promise.resolve() },
    log: silentLog(),
    metrics: { rulesChanged: { inc: () => undefined } },
    shared: {
      invalidate: () => {
        if (world.isCacheAway) return Promise.reject(new Error('away'));
        world.told += 1;
        return Promise.resolve();
      },
    },
    signal: new AbortController().signal,
  });
  return { world, rules };
}

describe('the desk of trading rules', () => {
  it('says once that the list is outdated when a pair is halted, and again when it trades', async () => {
    const { world, rules } = desk();
    await rules.refresh();
    expect(world.told).toBe(0);

    world.rules = [instrument('A', { status: 'halted' }), instrument('B')];
    for (let i = 0; i < 3; i += 1) await rules.refresh();
    expect(world.told).toBe(1);

    world.rules = TRADING;
    await rules.refresh();
    expect(world.told).toBe(2);
  });

  it.each(['refuses the whole question', 'leaves it out'])(
    'takes a pair that has left for halted where the venue %s, and sees the others',
    async (how) => {
      const { world, rules } = desk();
      const [a, b] = TRADING as [Instrument, Instrument];
      if (how !== 'leaves it out') world.unknown.add(a.pair);
      world.rules = [b];
      await rules.refresh();

      expect([rules.isHalted(a.pair), rules.isHalted(b.pair)]).toEqual([true, false]);
      expect(world.told).toBe(1);
      world.rules = [{ ...b, status: 'halted' }];
      await rules.refresh();
      expect(rules.isHalted(b.pair)).toBe(true);

      world.unknown.clear();
      world.rules = TRADING;
      await rules.refresh();
      expect([rules.isHalted(a.pair), rules.isHalted(b.pair)]).toEqual([false, false]);
    },
  );

  it('says it with the next refresh when the cache was away', async () => {
    const { world, rules } = desk();
    world.rules = [instrument('A', { status: 'halted' }), instrument('B')];
    world.isCacheAway = true;
    await expect(rules.refresh()).rejects.toThrow('away');

    world.isCacheAway = false;
    await rules.refresh();
    expect(world.told).toBe(1);
  });
});
