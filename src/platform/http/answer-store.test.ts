import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerStore } from './answer-store.ts';

const answer = (text: string) => ({ text, etag: '"1"', lastModified: undefined });

describe('createAnswerStore', () => {
  it('gives back what was kept last', () => {
    const store = createAnswerStore({ entriesMax: 10, bytesMax: 1_000 });
    store.set('a', answer('old'));
    store.set('a', answer('new'));

    expect(store.get('a')?.text).toBe('new');
    expect(store.get('b')).toBeUndefined();
  });

  it('lets go of the one used longest ago', () => {
    const store = createAnswerStore({ entriesMax: 2, bytesMax: 1_000 });
    store.set('a', answer('1'));
    store.set('b', answer('2'));
    store.get('a');
    store.set('c', answer('3'));

    expect(store.get('a')).toBeDefined();
    expect(store.get('b')).toBeUndefined();
  });

  it('keeps within its bytes whatever comes, and counts them exactly', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), length: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = createAnswerStore({ entriesMax: 3, bytesMax: 1_000 });
        for (const { key, length } of steps) store.set(key, answer('x'.repeat(length)));
        const left = ['a', 'b', 'c', 'd', 'e'].flatMap((key) => store.get(key) ?? []);
        const bytes = left.reduce((sum, { text }) => sum + 2 * (1 + text.length + 3), 0);

        expect(left.length).toBeLessThanOrEqual(3);
        expect(store.bytes()).toBe(bytes);
        expect(bytes).toBeLessThanOrEqual(1_000);
      }),
    );
  });
});
