import { describe, expect, it } from 'vitest';
import { read } from './web.fixture.ts';

describe('the sources', () => {
  it('are none unless they are wanted, and practice only there', async () => {
    const off = { practice: { enabled: false } };

    expect((await read({}, {})).names).toEqual([]);
    expect((await read(off, {}, 'http://127.0.0.1:1')).names).toEqual([]);
  });
});
