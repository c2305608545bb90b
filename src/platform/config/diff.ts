import type { Path } from './layer.ts';
import { pathKey } from './layer.ts';
import { isSecretKey, maskConfig } from './secrets.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface KeyDifference {
  readonly path: Path;
  readonly key: string;
  /** Undefined: not there. */
  readonly from: unknown;
  readonly to: unknown;
}

/** Every key that two configurations do not have in common, in order; lists are compared whole. */
export function configDiff(from: Tree, to: Tree, parent: Path = []): KeyDifference[] {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  return keys.flatMap((name) => {
    const path = [...parent, name];
    const [before, after] = [from[name], to[name]];
    if (isTree(before) && isTree(after)) return configDiff(before, after, path);
    if (canonical(before) === canonical(after)) return [];
    return [{ path, key: pathKey(path), from: before, to: after }];
  });
}

const SHOWN_MAX = 200;

/** A value for people: no secret, and not longer than a line. */
export function shownValue(value: unknown, path: Path): string {
  if (value === undefined) return '';
  if (isSecretKey(path)) return value === null || value === '' ? 'null' : 'hidden';
  const text = JSON.stringify(maskConfig(value, path));
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}...` : text;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same keys in another order are the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isTree(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
