import { stringify } from 'yaml';
import { originText, pathKey } from '#platform/config/layer.ts';
import { maskConfig } from '#platform/config/secrets.ts';
import { loadDesk } from './desk.ts';
import type { LoadedDesk } from './desk.ts';
import { CONFIG_VERBS } from './reload/config-verbs.ts';
import { parseStartFlags } from './start-flags.ts';
import { UsageError } from './usage-error.ts';

/** `config check`, `config show`, and those that change it (`reload/config-verbs.ts`). */
export async function configCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const [verb, ...rest] = args;
  const change = CONFIG_VERBS[verb ?? ''];
  if (change !== undefined) return await change(rest, env);
  if (verb !== 'check' && verb !== 'show') {
    throw new UsageError('expected "config check", "show", "set", "history", "diff" or "rollback"');
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
