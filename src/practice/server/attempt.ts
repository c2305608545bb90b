import { ApiError } from './api-error.ts';

/** The value, or the refusal that kept from it. */
export function attempt<T>(read: () => T): T | ApiError {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
