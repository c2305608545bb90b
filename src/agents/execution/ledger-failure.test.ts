import { describe, expect, it } from 'vitest';
import { DeskError } from '#platform/errors.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { exitCodeOf } from '#platform/lifecycle/exit-error.ts';
import { ledgerFailure } from './ledger-failure.ts';

function codeFor(error: unknown): number {
  try {
    return ledgerFailure(error, '/data/ledger.db');
  } catch (thrown) {
    return exitCodeOf(thrown);
  }
}

describe('ledgerFailure', () => {
  it.each([
    ['ledger.disk-full', EXIT.storage],
    ['ledger.io', EXIT.storage],
    ['ledger.corrupt', EXIT.config],
    ['ledger.newer', EXIT.config],
    ['ledger.fenced', EXIT.lostDependency],
    ['ledger.in-use', EXIT.tryLater],
    ['ledger.failed', EXIT.failed],
  ])('ends the process after %s with %i', (code, exitCode) => {
    expect(codeFor(new DeskError(code, 'it says why'))).toBe(exitCode);
  });

  it('names the file and keeps the words of the ledger', () => {
    const error = new DeskError('ledger.disk-full', 'the disk is full', {
      details: { sqlite: 13 },
    });

    expect(() => ledgerFailure(error, '/data/ledger.db')).toThrow(
      'the disk is full (path /data/ledger.db, sqlite 13)',
    );
  });
});
