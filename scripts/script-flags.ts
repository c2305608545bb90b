import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { z } from 'zod';

export interface FlagsOf<T> {
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** Of the values, by the flags' names: texts and booleans in, what the script works with out. */
  readonly schema: z.ZodType<T>;
  readonly args?: readonly string[];
}

export const count = z.coerce.number().int().positive();
export const duration = z.coerce.number().positive();

/** Flags of a script. `--help` ends it with the usage, and so does a wrong flag, with exit code 2. */
export function scriptFlags<T>(wanted: FlagsOf<T>): T {
  const { usage, schema, args = process.argv.slice(2) } = wanted;
  const options = { ...wanted.options, help: { type: 'boolean', short: 'h' } } as const;
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (error) {
    if (error instanceof TypeError) return refuse(error.message.split('. ')[0], usage);
    throw error;
  }
  if (values['help'] === true) {
    console.log(usage);
    process.exit(0);
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`--${issue?.path.join('.')}: ${issue?.message}`, usage);
}

function refuse(what: string | undefined, usage: string): never {
  console.error(`${what}\n\n${usage}`);
  process.exit(2);
}
