import { describe, expect, it } from 'vitest';
import { judgeLedger, readLedger } from './ledger.ts';

const HALT = { kind: 'paused', sinceMs: 1, reason: 'holiday', liftedBy: 'resume' } as const;

describe('the ledger', () => {
  it.each([
    ['none yet', { kind: 'none' }, 'pass pass'],
    ['one that adds up', { kind: 'read', problems: 0, orders: 3, halts: [] }, 'pass pass'],
    ['one that does not', { kind: 'read', problems: 2, orders: 3, halts: [] }, 'fail pass'],
    [
      'halted twice',
      { kind: 'read', problems: 0, orders: 3, halts: [HALT, HALT] },
      'pass warn warn',
    ],
    ['one that cannot be read', { kind: 'unreadable', why: 'damaged' }, 'fail'],
  ] as const)('is judged: %s', (_, facts, expected) => {
    expect(
      judgeLedger(facts)
        .map(({ verdict }) => verdict)
        .join(' '),
    ).toBe(expected);
  });

  it('is read where it is', async () => {
    expect(await readLedger('/nowhere/ledger.db')).toEqual({ kind: 'none' });
    expect(await readLedger('/dev/null')).toMatchObject({ kind: 'unreadable' });
  });
});
