import { pathKey } from './layer.ts';
import type { ConfigProblem, Layer, Leaf, Origin, Path } from './layer.ts';

export interface Merged {
  readonly value: Record<string, unknown>;
  /** Effective leaves by key, with the layer each came from. */
  readonly leaves: ReadonlyMap<string, Leaf>;
  /** Place of any key, the latest layer that has it first. */
  locate(path: Path): Origin | undefined;
}

/** Puts layers on top of each other, the last one winning key by key; lists are replaced whole. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const leaves = new Map<string, Leaf>();
  for (const layer of layers) {
    for (const leaf of layer.leaves) {
      dropCovered(leaves, leaf.path);
      leaves.set(pathKey(leaf.path), leaf);
    }
  }
  const value: Record<string, unknown> = {};
  for (const leaf of leaves.values()) setIn(value, leaf.path, leaf.value);
  return { value, leaves, locate: (path) => locateIn(layers, path) };
}

// A scalar set over a map, or a map over a scalar, replaces what an earlier layer had there.
function dropCovered(leaves: Map<string, Leaf>, path: Path): void {
  const key = pathKey(path);
  for (const existing of leaves.keys()) {
    if (existing.startsWith(`${key}.`) || key.startsWith(`${existing}.`)) leaves.delete(existing);
  }
}

function setIn(target: Record<string, unknown>, path: Path, value: unknown): void {
  let node = target;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    if (typeof next !== 'object' || next === null) node[key] = {};
    node = node[key] as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) node[last] = value;
}

function locateIn(layers: readonly Layer[], path: Path): Origin | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const key = pathKey(path.slice(0, length));
    for (const layer of layers.toReversed()) {
      const origin = layer.positions.get(key);
      if (origin !== undefined) return origin;
    }
  }
  return undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Fills `${NAME}` in texts from the environment, inside lists too. A name that is not set is a
 * problem: an empty key or address would fail later and farther away.
 */
export function substitute(
  layer: Layer,
  env: Env,
): { layer: Layer; problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const leaves = layer.leaves.map((leaf): Leaf => {
    const names: string[] = [];
    const value = filled(leaf.value, env, names);
    const [filledFrom] = names;
    if (filledFrom === undefined) return leaf;
    for (const name of names.filter((one) => env[one] === undefined)) {
      problems.push({
        key: pathKey(leaf.path),
        origin: leaf.origin,
        message: `the environment variable ${name} is not set; set it or put it into .env`,
      });
    }
    return { ...leaf, value, filledFrom };
  });
  return { layer: { ...layer, leaves }, problems };
}

/** Adds the names it met to `names`. */
function filled(value: unknown, env: Env, names: string[]): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => {
      names.push(name);
      return env[name] ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, env, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filled(inner, env, names)]),
  );
}
