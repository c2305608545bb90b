import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { DeskError } from '#platform/errors.ts';
import { journal } from './journal.ts';
import type { ExecutionPorts } from './ports.ts';
import type { DeskState } from './state.ts';

/** A journal over a ledger that fails with this error. */
function failing(error: unknown) {
  const counts = { failed: 0, committed: 0 };
  const ports = {
    clock: fakeClock(),
    crash: () => undefined,
    ledger: { transaction: () => Promise.reject(error) },
    metrics: {
      ledgerFailed: () => (counts.failed += 1),
      ledgerCommitted: () => (counts.committed += 1),
    },
  } as unknown as ExecutionPorts;
  return { counts, journal: journal(ports, {} as DeskState, () => undefined) };
}

describe('journal', () => {
  it('counts a transaction that the disk refused, and passes the error on', async () => {
    const error = new DeskError('ledger.disk-full', 'the disk is full');
    const { counts, journal: book } = failing(error);

    await expect(book.run(async () => undefined)).rejects.toBe(error);

    expect(counts).toEqual({ failed: 1, committed: 0 });
  });

  it.each([
    new DeskError('ledger.insufficient-funds', 'less is free than an order needs to hold'),
    new Error('the account was never funded'),
  ])('does not count "%s": the ledger could have been written', async (error) => {
    const { counts, journal: book } = failing(error);

    await expect(book.run(async () => undefined)).rejects.toBe(error);

    expect(counts).toEqual({ failed: 0, committed: 0 });
  });
});
