import { parseArgs } from 'node:util';

/** Flags shared by the items; each has its own defaults. */
export interface ItemFlags {
  readonly minutes: number | undefined;
  readonly seed: number;
  readonly only: string | undefined;
}

export function itemFlags(args: readonly string[]): ItemFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string', default: '7' },
      only: { type: 'string' },
    },
    strict: true,
  });
  return {
    minutes: values.minutes === undefined ? undefined : Number(values.minutes),
    seed: Number(values.seed),
    only: values.only,
  };
}
