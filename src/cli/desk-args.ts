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
