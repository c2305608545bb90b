import { pathKey } from './layer.ts';
import type { Layer, Leaf, Origin, Path } from './layer.ts';

/** A key that users of such bots have in their files, and the key that took its place. */
export interface OldName {
  readonly from: string;
  readonly to: string;
}

/**
 * Moves old keys of one layer to their new home. A new key in the same layer wins over its old
 * name. Adds `old -> new (place)` to `renamed` for `config show`.
 */
export function renameOldKeys(layer: Layer, names: readonly OldName[], renamed: string[]): Layer {
  const byOld = new Map(names.map((name) => [name.from, name.to]));
  const present = new Set(layer.leaves.map((leaf) => pathKey(leaf.path)));
  const positions = new Map(layer.positions);
  const leaves: Leaf[] = [];
  for (const leaf of layer.leaves) {
    const to = byOld.get(pathKey(leaf.path));
    if (to === undefined) {
      leaves.push(leaf);
      continue;
    }
    renamed.push(`${pathKey(leaf.path)} -> ${to}`);
    if (!present.has(to)) leaves.push(moved(leaf, to.split('.'), positions));
  }
  return { ...layer, leaves, positions };
}

function moved(leaf: Leaf, path: Path, positions: Map<string, Origin>): Leaf {
  positions.set(pathKey(path), leaf.origin);
  return { ...leaf, path };
}
