import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, OrderLeg } from '#core/model/order.ts';
import { ownerOf } from '#core/reconcile/owner.ts';
import { hashId } from '#platform/ids.ts';
import { clientOrderId, deskTag, orderIdStem } from './client-order-id.ts';

const identity = fc.record({
  deskId: fc.string(),
  intentId: fc.stringMatching(/^[0-9a-z]{16,32}$/).map((text) => IntentId.parse(text)),
  leg: fc.constantFrom(...OrderLeg.options),
  attempt: fc.nat({ max: 36 ** 4 - 1 }),
});
type Identity = typeof identity extends fc.Arbitrary<infer T> ? T : never;

function idOf({ deskId, intentId, leg, attempt }: Identity): ClientOrderId {
  return clientOrderId(orderIdStem(deskTag(deskId, hashId), intentId, hashId), leg, attempt);
}

describe('clientOrderId', () => {
  it('is at most 32 alphanumerics, known as the desk’s, and the same for the same order', () => {
    fc.assert(
      fc.property(identity, (order) => {
        const id = idOf(order);

        expect(ClientOrderId.safeParse(id).success).toBe(true);
        expect(idOf({ ...order })).toBe(id);
        expect(ownerOf(id, deskTag(order.deskId, hashId))).toBe('desk');
      }),
    );
  });

  it('is another for another leg or attempt', () => {
    const steps = fc.record({
      leg: identity.map(({ leg }) => leg),
      attempt: fc.nat({ max: 2_000 }),
    });
    fc.assert(
      fc.property(identity, steps, steps, (order, a, b) => {
        const isSame = a.leg === b.leg && a.attempt === b.attempt;

        expect(idOf({ ...order, ...a }) === idOf({ ...order, ...b })).toBe(isSame);
      }),
    );
  });

  it('differs by leg, attempt, intent and desk', () => {
    const intentId = IntentId.parse('abcdefgh01234567');
    const base = { deskId: 'nightdesk', intentId, leg: 'entry' as const, attempt: 0 };
    const ids = [
      base,
      { ...base, leg: 'stop' as const },
      { ...base, attempt: 1 },
      { ...base, deskId: 'other' },
      { ...base, intentId: IntentId.parse('abcdefgh01234568') },
    ].map(idOf);

    expect(new Set(ids).size).toBe(ids.length);
  });
});
