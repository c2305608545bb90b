import { stringify } from 'yaml';
import { originText, pathKey } from '#platform/config/layer.ts';
import { maskConfig } from '#platform/config/secrets.ts';
import { loadDesk } from './desk.ts';
import type { LoadedDesk } from './desk.ts';
import { parseStartFlags } from './start-flags.ts';
import { UsageError } from './usage-error.ts';

/** `config check` and `config show`. */
export function configCommand(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const [verb, ...rest] = args;
  if (verb !== 'check' && verb !== 'show') {
    throw new UsageError('expected "config check" or "config show"');
  }
  const desk = loadDesk(parseStartFlags(rest, process.cwd()), env);
  console.log(verb === 'check' ? 'the configuration is good' : showConfig(desk));
  return 0;
}

/** One line a key: the value, then where it comes from; secrets masked. */
export function showConfig(desk: LoadedDesk): string {
  const rows = desk.leaves
    .map((leaf) => ({
      key: pathKey(leaf.path),
      value: oneLine(maskConfig(leaf.value, leaf.path)),
      origin: originText(leaf.origin),
    }))
    .toSorted((a, b) => a.key.localeCompare(b.key));
  const keyWidth = Math.max(...rows.map((row) => row.key.length));
  const valueWidth = Math.min(40, Math.max(...rows.map((row) => row.value.length)));
  return [
    ...rows.map(
      (row) => `${row.key.padEnd(keyWidth)}  ${row.value.padEnd(valueWidth)}  # ${row.origin}`,
    ),
    ...desk.renamed.map((text) => `# old name: ${text}`),
  ].join('\n');
}

function oneLine(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
