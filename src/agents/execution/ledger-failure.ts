import { DeskError, errorText } from '#platform/errors.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';

/** Restarting cannot help with these; the operator has to do something. */
const OPERATORS_CODES: ReadonlySet<string> = new Set([
  'ledger.corrupt',
  'ledger.newer',
  'ledger.backup',
  'ledger.other-desk',
  'ledger.read-only',
]);

const DISK_CODES: ReadonlySet<string> = new Set(['ledger.disk-full', 'ledger.io']);

/** What a ledger that cannot be opened or lost its lease means for the process. */
export function ledgerFailure(error: unknown, path?: string): never {
  if (!(error instanceof DeskError)) throw error;
  const facts = Object.entries({ ...(path === undefined ? {} : { path }), ...error.details });
  const shown = facts.map(([name, value]) => `${name} ${String(value)}`).join(', ');
  const message = shown === '' ? errorText(error) : `${errorText(error)} (${shown})`;
  if (error.code === 'ledger.in-use') throw new ExitError(EXIT.tryLater, message);
  if (error.code === 'ledger.fenced') throw new ExitError(EXIT.lostDependency, message);
  if (DISK_CODES.has(error.code)) throw new ExitError(EXIT.storage, message);
  if (OPERATORS_CODES.has(error.code)) throw new ExitError(EXIT.config, message);
  throw error;
}
