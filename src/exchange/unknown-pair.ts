import { PermanentError } from '#platform/errors.ts';

/** In place of an answer about a pair that the venue does not have. */
export const NO_PAIR = 'no-pair';

/** The venue does not have the pair: never had, or no longer. */
export function isUnknownPair(error: unknown): boolean {
  return error instanceof PermanentError && error.code === 'venue-unknown-symbol';
}

/** The answer, or that the venue does not have the pair it is about. */
export async function orNoPair<T>(asked: Promise<T>): Promise<T | typeof NO_PAIR> {
  try {
    return await asked;
  } catch (error) {
    if (isUnknownPair(error)) return NO_PAIR;
    throw error;
  }
}
