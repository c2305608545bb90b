import { DeskError, errorText } from '#platform/errors.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';

/** Restarting cannot help with these; the operator has to do something. */
const OPERATORS_CODES: ReadonlySet<string> = new Set([
  'ledger.corrupt',
  'ledger.newer',
  'ledger.other-desk',
  'ledger.read-only',
]);

/** What a ledger that cannot be opened or lost its lease means for the process. */
export function ledgerFailure(error: unknown): never {
  if (!(error instanceof DeskError)) throw error;
  const message = `${errorText(error)} ${JSON.stringify(error.details)}`;
  if (error.code === 'ledger.in-use') throw new ExitError(EXIT.tryLater, message);
  if (error.code === 'ledger.fenced') throw new ExitError(EXIT.lostDependency, message);
  if (OPERATORS_CODES.has(error.code)) throw new ExitError(EXIT.config, message);
  throw error;
}
