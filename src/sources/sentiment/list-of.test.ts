import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listOf } from './list-of.ts';

const Posts = z.looseObject({ data: listOf(z.looseObject({ id: z.string() }), 3) });
const read = (...data: readonly unknown[]) => Posts.safeParse({ data });

describe('a list of a vendor', () => {
  it('goes without the items that do not fit', () => {
    expect(read({ id: 'a' }, { name: 'promoted' }, null, { id: 'b' }).success).toBe(false);
    expect(read({ name: 'promoted' }, null, { id: 'b' }).data?.data).toEqual([{ id: 'b' }]);
    expect(read().data?.data).toEqual([]);
  });

  it('is none when nothing of it fits, and says where', () => {
    expect(read({ name: 'x' }, { id: 7 }).error?.issues[0]?.path).toEqual(['data', 0, 'id']);
  });
});
