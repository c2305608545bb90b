/** Something in a ledger that must not be. `code` is stable, `text` is for the operator. */
export interface LedgerProblem {
  readonly code: ProblemCode;
  readonly text: string;
}

export type ProblemCode =
  | 'not-zero-sum'
  | 'empty-transaction'
  | 'balance-differs'
  | 'broken-reference'
  | 'negative-balance'
  | 'figures-differ'
  | 'position-differs'
  | 'position-negative'
  | 'coins-differ'
  | 'outside-differs'
  | 'fill-without-order'
  | 'fill-without-transaction'
  | 'fill-twice'
  | 'filled-differs'
  | 'overfilled'
  | 'illegal-path'
  | 'status-differs'
  | 'hold-differs'
  | 'entry-without-intent'
  | 'intent-twice'
  | 'audit-changed'
  | 'audit-missing'
  | 'audit-replaced'
  | 'audit-truncated'
  | 'audit-head-differs'
  | 'audit-rewritten'
  | 'audit-order-differs'
  | 'event-missing'
  | 'event-differs'
  | 'unreadable';

/** Problems are listed up to a bound; the count goes on. */
export interface ProblemList {
  add(code: ProblemCode, text: string): void;
  readonly list: readonly LedgerProblem[];
  readonly total: number;
}

const LISTED_MAX = 200;

export function problemList(): ProblemList {
  const list: LedgerProblem[] = [];
  let total = 0;
  return {
    list,
    get total() {
      return total;
    },
    add: (code, text) => {
      total += 1;
      if (list.length < LISTED_MAX) list.push({ code, text });
    },
  };
}
