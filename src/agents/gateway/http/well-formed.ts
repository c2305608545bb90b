const DEPTH_MAX = 10;

/**
 * Text throughout that any program can read back, and no deeper than anybody means: what a caller
 * sends as "any value" is otherwise looked at by nobody before it is written and sent on.
 */
export function isWellFormed(value: unknown, depth = 0): boolean {
  if (depth > DEPTH_MAX) return false;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([key, inner]) => key.isWellFormed() && isWellFormed(inner, depth + 1),
  );
}
