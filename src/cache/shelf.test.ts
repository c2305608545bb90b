import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createShelf, type Shelved } from './shelf.ts';

const entry = (heapBytes: number, staleUntilMs: number): Shelved => ({
  content: { kind: 'value', value: heapBytes, heapBytes },
  costMs: 1,
  freshUntilMs: staleUntilMs / 2,
  staleUntilMs,
});

describe('the shelf', () => {
  it('is never over its budget, and gives what was put until it is too old', () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 9 }),
      bytes: fc.integer({ min: 0, max: 3_000 }),
      lifeMs: fc.integer({ min: 1, max: 50 }),
      isRead: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const gone: string[] = [];
        let told = 0;
        const shelf = createShelf({
          bytesMax: 4_000,
          onEvicted: (why) => void gone.push(why),
          onBytes: (bytes) => {
            told = bytes;
          },
        });
        const put = new Map<string, Shelved>();
        for (const [nowMs, { key, bytes, lifeMs, isRead }] of steps.entries()) {
          const id = String(key);
          if (isRead) {
            const seen = shelf.look(id, nowMs);
            if (seen !== undefined) {
              expect(seen).toBe(put.get(id));
              expect(nowMs).toBeLessThan(seen.staleUntilMs);
            }
            continue;
          }
          const one = entry(bytes, nowMs + lifeMs);
          put.set(id, one);
          shelf.keep(id, one, nowMs);
          expect(told).toBeLessThanOrEqual(4_000);
        }
        expect(gone.every((why) => why === 'expired' || why === 'least-value')).toBe(true);
      }),
    );
  });

  it('forgets what is meant and tells that it is smaller', () => {
    let told = 0;
    const shelf = createShelf({
      bytesMax: 1e6,
      onEvicted: () => undefined,
      onBytes: (bytes) => {
        told = bytes;
      },
    });
    for (const id of ['a:1', 'a:2', 'b:1']) shelf.keep(id, entry(100, 1_000), 0);

    shelf.dropWhere((id) => id.startsWith('a:'));

    expect(['a:1', 'a:2', 'b:1'].map((id) => shelf.look(id, 1)?.costMs)).toEqual([
      undefined,
      undefined,
      1,
    ]);
    expect(told).toBe(100 + 256);
    shelf.look('b:1', 1_000);
    expect(told, 'what was too old to be given is gone too').toBe(0);
  });
});
