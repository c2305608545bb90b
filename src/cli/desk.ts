import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { DeskConfig } from '#desk-config/desk-config.ts';
import { OLD_NAMES } from '#desk-config/old-names.ts';
import { overridesPath } from '#desk-config/overrides.ts';
import { pathKey } from '#platform/config/layer.ts';
import { loadConfig } from '#platform/config/load.ts';
import type { LoadedConfig } from '#platform/config/load.ts';
import { yamlLayer } from '#platform/config/yaml-layer.ts';
import { readPrivateFile } from '#platform/files/private-file.ts';
import type { StartFlags } from './start-flags.ts';

/** Folder of the project: config files and relative data folders are found from here. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '..', '..');

const ENV_FILE = resolve(PROJECT_ROOT, '.env');

export interface LoadedDesk extends LoadedConfig<DeskConfig> {
  /** Absolute. */
  readonly dataDir: string;
}

export interface LoadOptions {
  /** In place of what the file in the data folder says. */
  readonly overrides?: string;
}

/**
 * Loads every layer: default < mode < `--config` < overrides < .env < environment < flags.
 * @throws ConfigError listing all problems.
 */
export function loadDesk(
  flags: StartFlags,
  env: NodeJS.ProcessEnv,
  options: LoadOptions = {},
): LoadedDesk {
  const files = configFiles(flags, env);
  const loaded = loadConfig(DeskConfig, {
    files,
    envFile: ENV_FILE,
    env,
    flags: flags.layer,
    oldNames: OLD_NAMES,
    overrides: (others) => overridesOf(others, options),
  });
  const dataDir = resolve(PROJECT_ROOT, loaded.config.data_dir);
  return { ...loaded, dataDir };
}

/** What a person edits: the config files and .env, whatever stands in them. */
export function editedFiles(flags: StartFlags, env: NodeJS.ProcessEnv): readonly string[] {
  return [...configFiles(flags, env), ENV_FILE];
}

/** Lowest first. */
function configFiles(flags: StartFlags, env: NodeJS.ProcessEnv): readonly string[] {
  const modeFile = resolve(PROJECT_ROOT, 'config', `${modeOf(flags, env)}.yaml`);
  return [
    resolve(PROJECT_ROOT, 'config', 'default.yaml'),
    ...(existsSync(modeFile) ? [modeFile] : []),
    ...(flags.configFile === undefined ? [] : [flags.configFile]),
  ].map(shorten);
}

function overridesOf(others: Readonly<Record<string, unknown>>, options: LoadOptions) {
  // What is wrong with the key is said when everything is checked.
  const folder = others['data_dir'];
  if (typeof folder !== 'string') return undefined;
  const path = overridesPath(resolve(PROJECT_ROOT, folder));
  const text = options.overrides ?? readPrivateFile(path);
  return text === undefined ? undefined : { source: shorten(path), text };
}

// The mode may stand in any layer, and its file lies below all of them but the defaults.
function modeOf(flags: StartFlags, env: NodeJS.ProcessEnv): string {
  const inFile = flags.configFile === undefined ? undefined : modeIn(flags.configFile);
  const dotEnv = resolve(PROJECT_ROOT, '.env');
  const inDotEnv = existsSync(dotEnv)
    ? parseEnv(readFileSync(dotEnv, 'utf8'))['NIGHTDESK__MODE']
    : undefined;
  return flags.mode ?? env['NIGHTDESK__MODE'] ?? inDotEnv ?? inFile ?? 'shadow';
}

// What is wrong with the file is said when it is loaded.
function modeIn(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const { layer } = yamlLayer(path, readFileSync(path, 'utf8'));
  const value = layer.leaves.find((leaf) => pathKey(leaf.path) === 'mode')?.value;
  return value === 'production' || value === 'shadow' ? value : undefined;
}

// Paths in messages are as short as the person would type them.
function shorten(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}
