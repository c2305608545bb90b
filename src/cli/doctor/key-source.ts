import type { KeyFacts } from '#doctor/keys.ts';
import { originText, pathKey } from '#platform/config/layer.ts';
import type { Leaf } from '#platform/config/layer.ts';
import { isSecretKey } from '#platform/config/secrets.ts';
import type { LoadedDesk } from '../desk.ts';

/** Where the exchange keys of a config come from. */
export function keySource({
  config: { exchange },
  leaves,
}: Pick<LoadedDesk, 'config' | 'leaves'>): KeyFacts['source'] {
  if (exchange.keystore !== null) return { kind: 'keystore', entry: exchange.keystore };
  const leaf = leaves.find(({ path }) => pathKey(path) === 'exchange.api_secret');
  if (exchange.api_key === null || leaf === undefined) {
    return { kind: exchange.name === 'practice' ? 'practice' : 'none' };
  }
  return {
    kind: 'config',
    where: leaf.filledFrom ?? originText(leaf.origin),
    isInFile: isInFile(leaf),
  };
}

/** Config files in which a secret stands in the open. */
export function secretFiles({ leaves }: Pick<LoadedDesk, 'leaves'>): readonly string[] {
  const inFiles = leaves.filter(
    (leaf) => isInFile(leaf) && hasSecret(leaf.value, leaf.path.at(-1) ?? ''),
  );
  return [...new Set(inFiles.map(({ origin }) => origin.source))];
}

function isInFile({ origin, filledFrom }: Leaf): boolean {
  return origin.line !== undefined && filledFrom === undefined;
}

/** Lists are one value: the accounts of the practice exchange have their keys inside. */
function hasSecret(value: unknown, key: string | number): boolean {
  if (typeof value === 'string') return isSecretKey([key]);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => hasSecret(inner, name));
}
