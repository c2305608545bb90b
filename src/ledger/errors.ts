import { DeskError } from '#platform/errors.ts';
import type { LeaseHolder } from './ledger.ts';

/** Another writer took the ledger over: this process must stop sending at once. */
export class FencedError extends DeskError {
  override readonly name = 'FencedError';

  constructor(details: { epoch: number; currentEpoch: number }) {
    super('ledger.fenced', 'another process has taken over the ledger', { details });
  }
}

export type LedgerErrorCode = keyof typeof OPERATOR_TEXT;

/** What each code means to whoever runs the desk. */
const OPERATOR_TEXT = {
  'ledger.in-use': 'the ledger is in use by another process',
  'ledger.corrupt': 'the ledger is damaged or not a ledger: restore it from a backup',
  'ledger.other-desk': 'the ledger belongs to a desk with another id: check desk_id and data_dir',
  'ledger.other-account':
    'the ledger has another account at a venue: a data folder holds one; give another with --data-dir',
  'ledger.read-only': 'the ledger cannot be written: check the permissions of the data folder',
  'ledger.disk-full': 'the disk is full: nothing was written, make room and start again',
  'ledger.missing':
    'no desk has run on this data folder yet: start one, or name another folder with --data-dir',
  'ledger.busy': 'the ledger is locked by another program: close it and try again',
  'ledger.io': 'the disk failed while the ledger was read or written',
  'ledger.closed': 'the ledger is closed',
  'ledger.insufficient-funds': 'less is free than an order needs to hold',
  'ledger.unknown-order': 'an event names an order that is not in the ledger',
  'ledger.failed': 'the ledger refused a statement',
} as const;

export function ledgerError(
  code: LedgerErrorCode,
  details: Record<string, unknown> = {},
  cause?: unknown,
): DeskError {
  return new DeskError(code, OPERATOR_TEXT[code], { cause, details });
}

export function inUse(holder: LeaseHolder | undefined): DeskError {
  return ledgerError('ledger.in-use', {
    owner: holder?.owner ?? 'unknown',
    ...(holder && {
      since: new Date(holder.acquiredMs).toISOString(),
      lastRenewed: new Date(holder.renewedMs).toISOString(),
    }),
  });
}

// Primary result codes: https://sqlite.org/rescode.html
const BY_RESULT: Readonly<Record<number, LedgerErrorCode>> = {
  5: 'ledger.busy',
  6: 'ledger.busy',
  8: 'ledger.read-only',
  10: 'ledger.io',
  11: 'ledger.corrupt',
  13: 'ledger.disk-full',
  14: 'ledger.read-only',
  26: 'ledger.corrupt',
};

/** Translates what node:sqlite throws; anything that is not SQLite's is returned as it is. */
export function translateSqlite(error: unknown, details: Record<string, unknown> = {}): unknown {
  if (!(error instanceof Error)) return error;
  if ('code' in error && error.code === 'ERR_INVALID_STATE') return ledgerError('ledger.closed');
  if (!('errcode' in error)) return error;
  const { errcode } = error;
  if (typeof errcode !== 'number') return error;
  // The low byte is the primary code, the rest says more about it.
  const code = BY_RESULT[errcode % 256] ?? 'ledger.failed';
  return ledgerError(code, { ...details, sqlite: error.message }, error);
}
