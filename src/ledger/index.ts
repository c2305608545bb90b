/** The ledger's public door. Only the execution agent opens it for writing. */
export { openLedger } from './open-ledger.ts';
export { FencedError } from './errors.ts';
export type * from './ledger.ts';
export type * from './records.ts';
export { openLedgerReader } from './open-reader.ts';
export { checkLedger, type LedgerCheck } from './check/check-ledger.ts';
export type * from './reader.ts';
