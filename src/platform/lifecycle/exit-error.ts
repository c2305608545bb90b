import { ConfigError, DeskError, InvariantError } from '../errors.ts';
import { EXIT } from './exit-codes.ts';

/** Ends the process with a code of `exit-codes.ts`, e.g. a lost lease. */
export class ExitError extends DeskError {
  override readonly name = 'ExitError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string, details: Record<string, unknown> = {}) {
    super(exitCode === EXIT.tryLater ? 'try-later' : 'exit', message, { details });
    this.exitCode = exitCode;
  }
}

/** What the exit code of a process that ends because of `error` is. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ExitError) return error.exitCode;
  if (error instanceof ConfigError) return EXIT.config;
  if (error instanceof InvariantError) return EXIT.invariant;
  return EXIT.failed;
}
