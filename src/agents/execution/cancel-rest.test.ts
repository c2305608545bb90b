import { expect, it } from 'vitest';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import { orderOf } from '#ledger/ledger.fixture.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { CancelRest } from './cancel-rest.ts';
import type { Outgoing } from './send.ts';

const CANCEL: Outgoing = { kind: 'cancel', id: '1', order: orderOf({ id: 'a' }) };
const PLACE: Outgoing = { ...CANCEL, kind: 'place' };
const refused = (code: string): CommandOutcome => ({ outcome: 'refused', code, reason: '' });

it('does not rest for a cancel that worked, or that may only be early', () => {
  const rest = new CancelRest(fakeClock());

  rest.heard(CANCEL, { outcome: 'accepted', events: [] });
  rest.heard(CANCEL, { outcome: 'unknown', cause: 'timeout' });
  rest.heard(PLACE, refused('no-pair'));
  for (let misses = 0; misses < 3; misses += 1) rest.heard(CANCEL, refused('absent'));

  expect(rest.isOn).toBe(false);
});

it('rests longer each time that the venue does not know the order', async () => {
  const clock = fakeClock();
  const rest = new CancelRest(clock);
  const restsMs: number[] = [];
  for (let misses = 0; misses < 12; misses += 1) {
    rest.heard(CANCEL, refused('absent'));
    const fromMs = clock.monotonic();
    while (rest.isOn) await clock.advance(500);
    restsMs.push(clock.monotonic() - fromMs);
  }

  expect(restsMs.slice(2, 7)).toEqual([0, 1_000, 2_000, 4_000, 8_000]);
  expect(restsMs.at(-1)).toBe(30_000);
  rest.heard(CANCEL, { outcome: 'accepted', events: [] });
  rest.heard(CANCEL, refused('absent'));
  expect(rest.isOn, 'it begins anew').toBe(false);
});

it('rests at once where the venue does not have the pair', async () => {
  const clock = fakeClock();
  const rest = new CancelRest(clock);

  rest.heard(CANCEL, refused('no-pair'));

  await clock.advance(29_000);
  expect(rest.isOn).toBe(true);
  await clock.advance(1_000);
  expect(rest.isOn).toBe(false);
});
