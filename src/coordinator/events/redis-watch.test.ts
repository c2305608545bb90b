import { describe, expect, it } from 'vitest';
import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { redisWatch } from './redis-watch.ts';

function setUp() {
  const clock = fakeClock();
  const facts: CoordinatorFact[] = [];
  return { clock, facts, watch: redisWatch(clock, (fact) => void facts.push(fact)) };
}

describe('redis watch', () => {
  it('tells an outage once, and its end with its length and whether Redis was wiped', async () => {
    const { clock, facts, watch } = setUp();
    watch.answered(true);

    for (let tick = 0; tick < 4; tick += 1) {
      watch.failed();
      await clock.advance(500);
    }
    watch.answered(true);

    expect(facts).toEqual([
      { kind: 'redis.away' },
      { kind: 'redis.back', afterMs: 2_000, isWiped: true },
    ]);
  });

  it('takes one slow answer for no outage', () => {
    const { facts, watch } = setUp();
    watch.answered(false);

    watch.failed();
    watch.answered(false);

    expect(facts).toEqual([]);
  });

  it('tells a wipe without an outage', () => {
    const { facts, watch } = setUp();
    watch.answered(false);

    watch.answered(true);

    expect(facts).toEqual([{ kind: 'redis.back', afterMs: 0, isWiped: true }]);
  });

  it('says nothing of a Redis that starts', () => {
    const { facts, watch } = setUp();

    watch.failed();
    watch.failed();
    watch.answered(true);

    expect(facts).toEqual([]);
  });
});
