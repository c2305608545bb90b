/**
 * Settings made while the desk runs, in a file of its own in the data folder: above the config
 * files, below .env, environment and flags. Only the desk writes it; it may be deleted.
 */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { isTree } from '#platform/config/diff.ts';
import type { Path } from '#platform/config/layer.ts';
import { hideInAddresses, isSecretKey } from '#platform/config/secrets.ts';

export type Tree = Readonly<Record<string, unknown>>;

export function overridesPath(dataDir: string): string {
  return join(dataDir, 'overrides.yaml');
}

const HEAD = `# Written by "config set" and "config rollback"; it wins over the config files.
# Delete a line, or the file, and reload to go back to what they say.
`;

export function overridesText(tree: Tree): string {
  return Object.keys(tree).length === 0 ? `${HEAD}{}\n` : `${HEAD}${stringify(tree)}`;
}

/** A copy with one value set. */
export function withSetting(tree: Tree, path: Path, value: unknown): Tree {
  const [name, ...rest] = path.map(String);
  if (name === undefined) return tree;
  const inner = tree[name];
  const next = rest.length === 0 ? value : withSetting(isTree(inner) ? inner : {}, rest, value);
  return { ...tree, [name]: next };
}

/**
 * The path that a dotted key means. A name may have dots itself (events are such names), so the
 * configuration as it is decides.
 */
export function pathOf(key: string, config: Tree): Path {
  const parts = key.split('.');
  const path: string[] = [];
  let node: unknown = config;
  while (parts.length > 0) {
    const count = longestName(parts, node);
    const name = parts.splice(0, count).join('.');
    path.push(name);
    node = isTree(node) ? node[name] : undefined;
  }
  return path;
}

function longestName(parts: readonly string[], node: unknown): number {
  if (!isTree(node)) return 1;
  for (let count = parts.length; count > 1; count -= 1) {
    if (Object.hasOwn(node, parts.slice(0, count).join('.'))) return count;
  }
  return 1;
}

/** Secrets belong into .env or the keystore, never into a file that the desk rewrites. */
export function hasSecret(path: Path, value: unknown): boolean {
  if (isSecretKey(path)) return true;
  if (Array.isArray(value)) return value.some((inner) => hasSecret([...path, 0], inner));
  if (typeof value === 'string') return hideInAddresses(value).secrets.length > 0;
  if (!isTree(value)) return false;
  return Object.entries(value).some(
    // A secret that is not set is none.
    ([name, inner]) => inner !== null && inner !== '' && hasSecret([...path, name], inner),
  );
}
