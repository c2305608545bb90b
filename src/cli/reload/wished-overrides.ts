import type { ReloadWish } from '#coordinator/reload/config-port.ts';
import type { ConfigHistory } from '#desk-config/config-history.ts';
import {
  hasSecret,
  overridesPath,
  overridesText,
  pathOf,
  withSetting,
} from '#desk-config/overrides.ts';
import { parse } from 'yaml';
import { configDiff, isTree, shownValue } from '#platform/config/diff.ts';
import { originText, pathKey } from '#platform/config/layer.ts';
import type { Leaf, Path } from '#platform/config/layer.ts';
import { MASK, isSecretKey, maskConfig } from '#platform/config/secrets.ts';
import { ConfigError } from '#platform/errors.ts';
import { readPrivateFile } from '#platform/files/private-file.ts';
import { loadDesk } from '../desk.ts';
import type { StartFlags } from '../start-flags.ts';

type Tree = Readonly<Record<string, unknown>>;

export interface OverridesSource {
  readonly flags: StartFlags;
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly history: ConfigHistory;
}

export interface WishedOverrides {
  /** The file as it will be; undefined = as it is. */
  readonly overrides: string | undefined;
  readonly warnings: readonly string[];
}

/**
 * The overrides that a wish comes to.
 * @throws ConfigError when it cannot be had by them.
 */
export function overridesFor(wish: ReloadWish, source: OverridesSource): WishedOverrides {
  switch (wish.kind) {
    case 'reload':
      return { overrides: undefined, warnings: [] };
    case 'set':
      return { overrides: withSettings(wish.settings, source), warnings: [] };
    case 'rollback':
      return backTo(wish.version, source);
  }
}

// They say which file of overrides is meant, or which files lie below it.
const NOT_HERE: ReadonlySet<string> = new Set(['mode', 'data_dir']);

function withSettings(settings: Tree, source: OverridesSource): string {
  const { flags, env, dataDir } = source;
  const desk = loadDesk(flags, env);
  const problems: string[] = [];
  let tree = currentOverrides(dataDir);
  const paths: Path[] = [];
  for (const [key, value] of Object.entries(settings)) {
    const path = pathOf(key, desk.config);
    if (NOT_HERE.has(key))
      problems.push(`${key}: is given at the start of the desk, not while it runs`);
    if (hasSecret(path, value)) {
      problems.push(`${key}: a secret is not kept in overrides; put it into .env or the keystore`);
    }
    tree = withSetting(tree, path, value);
    paths.push(path);
  }
  if (problems.length > 0) throw refused(problems);
  const text = overridesText(tree);
  const set = loadDesk(flags, env, { overrides: text });
  throwWhereOthersWin(set.leaves, paths);
  return text;
}

/** A key that the environment or a flag sets would go on saying what they say. */
function throwWhereOthersWin(leaves: readonly Leaf[], paths: readonly Path[]): void {
  const wanted = new Set(paths.map(pathKey));
  const problems = leaves
    .filter(({ path, origin }) => wanted.has(pathKey(path)) && isAboveOverrides(origin.source))
    .map(
      ({ path, origin }) =>
        `${pathKey(path)}: is set by ${originText(origin)}, which wins; change it there`,
    );
  if (problems.length > 0) throw refused(problems);
}

function isAboveOverrides(source: string): boolean {
  return source === '.env' || source === 'environment' || source === 'flags';
}

/** Settings that make the configuration what it was, whatever the files below say now. */
function backTo(version: number, source: OverridesSource): WishedOverrides {
  const { flags, env, history } = source;
  const entry = history.all().find((known) => known.version === version);
  if (entry === undefined) throw refused([unknownVersion(version, history)]);
  const files = loadDesk(flags, env, { overrides: overridesText({}) });
  const now = maskConfig(files.config) as Tree;
  const warnings: string[] = [];
  let tree: Tree = {};
  for (const { path, key, to } of configDiff(now, entry.config)) {
    // New since then: what the files say stands. Secrets are not in the history.
    if (to === undefined || isSecretKey(path) || NOT_HERE.has(key)) continue;
    const origin = files.leaves.find((leaf) => pathKey(leaf.path) === key)?.origin;
    if (origin !== undefined && isAboveOverrides(origin.source)) {
      warnings.push(`${key} stays as it is: ${originText(origin)} wins over version ${version}`);
    } else if (hasSecret(path, to) || JSON.stringify(to).includes(MASK)) {
      // Lines from before a kind of secret was known hold it in plain text.
      warnings.push(`${key} stays as it is: it has a secret, and history has none`);
    } else if (!isKnown(files.config, path)) {
      warnings.push(
        `${key} is left out: there is no such key any more (it was ${shownValue(to, path)})`,
      );
    } else tree = withSetting(tree, path, to);
  }
  return { overrides: overridesText(tree), warnings };
}

/** Names inside a map of the user's own, such as events, may come and go; sections do not. */
function isKnown(config: Tree, path: Path): boolean {
  const [sectionName, name] = path.map(String);
  const inner = sectionName === undefined ? undefined : config[sectionName];
  return name === undefined ? inner !== undefined : isTree(inner) && name in inner;
}

function unknownVersion(version: number, history: ConfigHistory): string {
  const all = history.all();
  const [first, last] = [all.at(0)?.version, all.at(-1)?.version];
  const known = first === undefined ? 'none is kept yet' : `${first} to ${last} are kept`;
  return `there is no version ${version} of the configuration: ${known} ("config history" lists them)`;
}

function currentOverrides(dataDir: string): Tree {
  const value: unknown = parse(readPrivateFile(overridesPath(dataDir)) ?? '{}');
  return isTree(value) ? value : {};
}

function refused(problems: readonly string[]): ConfigError {
  const text = problems.map((problem) => `  ${problem}`).join('\n');
  return new ConfigError(`the setting is refused:\n${text}`, {
    problems: problems.map((message) => ({ key: '', origin: undefined, message })),
  });
}
