import { PermanentError } from '#platform/errors.ts';

/** The venue does not have the pair: never had, or no longer. */
export function isUnknownPair(error: unknown): boolean {
  return error instanceof PermanentError && error.code === 'venue-unknown-symbol';
}
