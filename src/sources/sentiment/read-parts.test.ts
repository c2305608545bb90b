import { describe, expect, it } from 'vitest';
import type { Reading } from '#core/sentiment/stream/reading.ts';
import { readParts } from './read-parts.ts';

const reading: Reading = { kind: 'text', source: 'news', id: '1', atMs: 0, text: 'up' };
const good = { name: 'a.invalid', read: () => Promise.resolve([reading]) };
const bad = (name: string) => ({ name, read: () => Promise.reject(new Error(`no ${name}`)) });

describe('the parts of a source', () => {
  it('are read together', async () => {
    expect(await readParts([good, good])).toEqual({ readings: [reading, reading] });
    expect(await readParts([])).toEqual({ readings: [] });
  });

  it('go on without those that fail, which are named', async () => {
    expect(await readParts([bad('b.invalid'), good])).toEqual({
      readings: [reading],
      problem: '1 of 2 failed: b.invalid: no b.invalid',
    });
  });

  it('fail when all of them do', async () => {
    await expect(readParts([bad('b.invalid'), bad('c.invalid')])).rejects.toThrow('no b.invalid');
  });
});
