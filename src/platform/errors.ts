/**
 * Errors a caller cannot choose about. Refusals and unknown outcomes are values, not errors.
 * `code` is stable and greppable; `message` is for people; numbers go into `details`.
 */
export class DeskError extends Error {
  override readonly name: string = 'DeskError';
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** A bug or a broken promise of ours: the process ends and recovery starts from the ledger. */
export class InvariantError extends DeskError {
  override readonly name = 'InvariantError';

  constructor(message: string, details: Record<string, unknown> = {}) {
    super('invariant', message, { details });
  }
}

/** The operator must change something before the desk can start. Exit code 2. */
export class ConfigError extends DeskError {
  override readonly name = 'ConfigError';

  constructor(message: string, details: Record<string, unknown> = {}) {
    super('config', message, { details });
  }
}

/** A read that may succeed when asked again. */
export class TransientError extends DeskError {
  override readonly name = 'TransientError';
}

/** Asking again cannot help: a poison message, an unknown symbol, a bad key. */
export class PermanentError extends DeskError {
  override readonly name = 'PermanentError';
}

/** Ends the process on a broken invariant; asserts stay on in production. */
export function assert(
  condition: boolean,
  message: string,
  details: Record<string, unknown> = {},
): asserts condition {
  if (!condition) throw new InvariantError(message, details);
}

/** When the other side asked to be asked again, if it did: `details.retryAfterMs`. */
export function retryAfterOf(error: unknown): number | undefined {
  const asked = error instanceof DeskError ? error.details['retryAfterMs'] : undefined;
  return typeof asked === 'number' ? asked : undefined;
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
