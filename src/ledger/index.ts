/** The ledger's public door. Only the execution agent opens it for writing. */
export { openLedger } from './open-ledger.ts';
export { checkLedger } from './check/check-ledger.ts';
export type * from './ledger.ts';
export type * from './records.ts';
export type * from './reader.ts';
export type * from './reconcile/reconciliation.ts';
