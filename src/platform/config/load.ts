import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { z } from 'zod';
import { ConfigError, errorText } from '../errors.ts';
import { isOpenToOthers } from '../files/private-file.ts';
import { envLayer } from './env-layer.ts';
import { withFileValues } from './file-values.ts';
import { problemText } from './layer.ts';
import type { ConfigProblem, Layer, Leaf } from './layer.ts';
import { mergeLayers, substitute } from './merge.ts';
import { renameOldKeys } from './old-names.ts';
import type { OldName } from './old-names.ts';
import { validateConfig } from './validate.ts';
import { yamlLayer } from './yaml-layer.ts';

export interface ConfigSources {
  /** Lowest first, e.g. default, mode, `--config`. A missing file is a problem. */
  readonly files: readonly string[];
  readonly envFile?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: Layer;
  /**
   * A layer between the files and .env. Where it stands follows from the others, which are given as
   * they are, unchecked.
   */
  readonly overrides?: (others: Readonly<Record<string, unknown>>) => ConfigText | undefined;
  readonly oldNames: readonly OldName[];
}

export interface ConfigText {
  readonly source: string;
  readonly text: string;
}

export interface LoadedConfig<T> {
  readonly config: T;
  /** Effective leaves with where each came from, in key order. */
  readonly leaves: readonly Leaf[];
  /** Old keys that were read and the key that took their value. */
  readonly renamed: readonly string[];
  /** The environment over .env: what `${NAME}` is filled from. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads all layers and checks them together.
 * @throws ConfigError whose message lists every problem, one a line, with its place.
 */
export function loadConfig<S extends z.ZodType>(
  schema: S,
  sources: ConfigSources,
): LoadedConfig<z.output<S>> {
  const problems: ConfigProblem[] = [];
  const dotEnv = withFileValues('.env', readDotEnv(sources.envFile, problems), problems);
  const given = withFileValues('environment', sources.env, problems);
  const env = { ...dotEnv, ...given };
  const renamed: string[] = [];
  const filledIn = (layer: Layer): Layer => {
    const filled = substitute(layer, env);
    problems.push(...filled.problems);
    return renameOldKeys(filled.layer, sources.oldNames, renamed);
  };
  const files = sources.files.map((file) => filledIn(readLayer(file, problems)));
  const above = [envLayer('.env', dotEnv), envLayer('environment', given), sources.flags];
  const top = above.map(filledIn);
  const overrides = overridesLayer(sources, mergeLayers([...files, ...top]).value, problems);
  const layers = [...files, ...overrides.map(filledIn), ...top];
  if (problems.length > 0) throw configError(problems);
  const merged = mergeLayers(layers);
  const checked = validateConfig(schema, merged);
  if (!checked.ok) throw configError(checked.problems);
  const leaves = [...merged.leaves.values()];
  return { config: checked.config, leaves, renamed, env };
}

/** One message with every problem on its own line. */
export function configError(problems: readonly ConfigProblem[]): ConfigError {
  const lines = problems.map((problem) => `  ${problemText(problem)}`);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new ConfigError(`the configuration has ${count}:\n${lines.join('\n')}`, { problems });
}

function overridesLayer(
  { overrides }: ConfigSources,
  others: Readonly<Record<string, unknown>>,
  problems: ConfigProblem[],
): readonly Layer[] {
  const found = overrides?.(others);
  if (found === undefined) return [];
  const { layer, problems: wrong } = yamlLayer(found.source, found.text);
  problems.push(...wrong);
  return [layer];
}

function readLayer(file: string, problems: ConfigProblem[]): Layer {
  try {
    const { layer, problems: found } = yamlLayer(file, readFileSync(file, 'utf8'));
    problems.push(...found);
    return layer;
  } catch (error) {
    problems.push({
      key: '',
      origin: { source: file },
      message: `cannot be read (${errorText(error)}); check the path given by --config`,
    });
    return { source: file, leaves: [], positions: new Map() };
  }
}

function readDotEnv(
  file: string | undefined,
  problems: ConfigProblem[],
): Record<string, string | undefined> {
  if (file === undefined || !existsSync(file)) return {};
  try {
    if (isOpenToOthers(file)) {
      // It is where keys are kept, under names that nobody can know here.
      problems.push({
        key: '',
        origin: { source: file },
        message: 'can be read by other users of this machine; run "chmod 600 .env"',
      });
      return {};
    }
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    problems.push({
      key: '',
      origin: { source: file },
      message: `cannot be read (${errorText(error)})`,
    });
    return {};
  }
}
