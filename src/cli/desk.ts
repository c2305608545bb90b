import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { DeskConfig } from '#desk-config/desk-config.ts';
import { OLD_NAMES } from '#desk-config/old-names.ts';
import { loadConfig } from '#platform/config/load.ts';
import type { LoadedConfig } from '#platform/config/load.ts';
import type { StartFlags } from './start-flags.ts';

/** Folder of the project: config files and relative data folders are found from here. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '..', '..');

export interface LoadedDesk extends LoadedConfig<DeskConfig> {
  /** Absolute. */
  readonly dataDir: string;
}

/**
 * Loads every layer: default < mode < `--config` < .env < environment < flags.
 * @throws ConfigError listing all problems.
 */
export function loadDesk(flags: StartFlags, env: NodeJS.ProcessEnv): LoadedDesk {
  const mode = flags.mode ?? env['NIGHTDESK__MODE'] ?? 'shadow';
  const modeFile = resolve(PROJECT_ROOT, 'config', `${mode}.yaml`);
  const files = [
    resolve(PROJECT_ROOT, 'config', 'default.yaml'),
    ...(existsSync(modeFile) ? [modeFile] : []),
    ...(flags.configFile === undefined ? [] : [flags.configFile]),
  ].map(shorten);
  const loaded = loadConfig(DeskConfig, {
    files,
    envFile: resolve(PROJECT_ROOT, '.env'),
    env,
    flags: flags.layer,
    oldNames: OLD_NAMES,
  });
  return { ...loaded, dataDir: resolve(PROJECT_ROOT, loaded.config.data_dir) };
}

// Paths in messages are as short as the person would type them.
function shorten(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}
