import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IntentId } from '#core/model/intent.ts';
import { ClientOrderId, OrderLeg } from '#core/model/order.ts';
import { hashId } from '#platform/ids.ts';
import { clientOrderId, deskTag } from './client-order-id.ts';

const identity = fc.record({
  deskId: fc.string(),
  intentId: fc.stringMatching(/^[0-9a-z]{16,32}$/).map((text) => IntentId.parse(text)),
  leg: fc.constantFrom(...OrderLeg.options),
  attempt: fc.nat({ max: 99 }),
});

describe('clientOrderId', () => {
  it('is at most 32 alphanumerics and repeats for the same order', () => {
    fc.assert(
      fc.property(identity, (order) => {
        const id = clientOrderId(order, hashId);

        expect(ClientOrderId.safeParse(id).success).toBe(true);
        expect(clientOrderId({ ...order }, hashId)).toBe(id);
        expect(id.startsWith(deskTag(order.deskId, hashId))).toBe(true);
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
    ].map((order) => clientOrderId(order, hashId));

    expect(new Set(ids).size).toBe(ids.length);
  });
});
