/**
 * What a backup of a data folder holds. Not Redis (it is rebuilt), not the practice exchange (it is
 * a venue, so it knows more than a backup), not `run/`, and no logs.
 */

/**
 * In the order they are copied. The notifier's cursor must not be beyond the ledger's events, so the
 * ledger comes last.
 */
export const DATABASES = ['notifier.db', 'history.db', 'ledger.db'] as const;

/** Kept packed. */
export const PACKED: ReadonlySet<string> = new Set(['history.db']);

/** Small files that are always replaced whole. */
export const FILES = [
  'keystore.json',
  'api-tokens.json',
  'overrides.yaml',
  'config-history.jsonl',
  'data-agent/marks.json',
] as const;

/** What a restore puts aside although the backup does not have it: it speaks of a later time. */
export const OF_A_LATER_TIME = [
  'ledger.db',
  'notifier.db',
  'data-agent/marks.json',
  'redis',
] as const;
