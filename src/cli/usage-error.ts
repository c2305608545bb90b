import { DeskError } from '#platform/errors.ts';

/** The command line makes no sense: printed with a pointer to help, exit code 2. */
export class UsageError extends DeskError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super('usage', message);
  }
}
