import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSampled, parseTraceparent, spanRef, traceIdOf, traceparentOf } from './trace-ids.ts';

const EVALUATION = 'BTC-USDT_1m_1700000060000';

describe('trace ids', () => {
  it('are the same for the same evaluation and differ between evaluations', () => {
    expect(traceIdOf(EVALUATION)).toBe(traceIdOf(EVALUATION));
    expect(traceIdOf(EVALUATION)).toMatch(/^[0-9a-f]{32}$/);
    expect(traceIdOf(EVALUATION)).not.toBe(traceIdOf('ETH-USDT_1m_1700000060000'));
  });

  it('name a span by its trace and its key', () => {
    const traceId = traceIdOf(EVALUATION);

    expect(spanRef(traceId, 'evaluate').spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(spanRef(traceId, 'evaluate')).not.toEqual(spanRef(traceId, 'close'));
    expect(spanRef(traceIdOf('x'), 'evaluate').spanId).not.toBe(
      spanRef(traceId, 'evaluate').spanId,
    );
  });

  it('come back from a traceparent', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), (evaluation, key, sampled) => {
        const ref = spanRef(traceIdOf(evaluation), key);
        expect(parseTraceparent(traceparentOf(ref, sampled))).toEqual(ref);
      }),
    );
  });

  it.each([
    '',
    'junk',
    `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
    `01-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'1'.repeat(31)}-${'1'.repeat(16)}-01`,
    `00-${'A'.repeat(32)}-${'1'.repeat(16)}-01`,
  ])('are not found in %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  it('are sampled in the share that was asked for, and all or none at the ends', () => {
    const ids = Array.from({ length: 4_000 }, (_, n) => traceIdOf(`evaluation ${n}`));
    const kept = ids.filter((id) => isSampled(id, 0.25)).length;

    expect(kept).toBeGreaterThan(900);
    expect(kept).toBeLessThan(1_100);
    expect(ids.every((id) => isSampled(id, 1))).toBe(true);
    expect(ids.some((id) => isSampled(id, 1e-12))).toBe(false);
  });
});
