import { loadDesk } from './desk.ts';
import type { LoadedDesk } from './desk.ts';
import { parseStartFlags } from './start-flags.ts';

/** Flags that every command takes, to say which desk is meant. */
export const DESK_OPTIONS = {
  config: { type: 'string' },
  'data-dir': { type: 'string' },
} as const;

export interface DeskValues {
  readonly config?: string | undefined;
  readonly 'data-dir'?: string | undefined;
}

/** Those flags as words again, for `parseStartFlags`. */
export function deskArgs(values: DeskValues): string[] {
  return [
    ...(values.config === undefined ? [] : ['--config', values.config]),
    ...(values['data-dir'] === undefined ? [] : ['--data-dir', values['data-dir']]),
  ];
}

/**
 * The desk they mean.
 * @throws ConfigError listing all problems of its config.
 */
export function deskOf(values: DeskValues, env: NodeJS.ProcessEnv): LoadedDesk {
  return loadDesk(parseStartFlags(deskArgs(values), process.cwd()), env);
}
