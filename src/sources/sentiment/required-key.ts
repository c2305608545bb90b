import { PermanentError } from '#platform/errors.ts';

/** Throws PermanentError that says which key of the config is not set. */
export function requiredKey(source: string, key: string, value: string | null): string {
  if (value !== null) return value;
  throw new PermanentError('no-key', `sentiment_agent.sources.${source}.${key} is not set`);
}
