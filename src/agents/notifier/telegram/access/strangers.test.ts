import { describe, expect, it } from 'vitest';
import { strangers } from './strangers.ts';

describe('strangers', () => {
  it('are told of once a day, with all that came since', () => {
    const seen = strangers();
    const hour = 3_600_000;

    expect(seen.note({ chatId: 5, userId: 5 }, 0)).toEqual({ updates: 1, people: 1 });
    expect(seen.note({ chatId: 5, userId: 5 }, hour)).toBeUndefined();
    expect(seen.note({ chatId: 6, userId: 6 }, 23 * hour)).toBeUndefined();
    expect(seen.note({ chatId: 6, userId: 6 }, 24 * hour)).toEqual({ updates: 3, people: 2 });
  });
});
