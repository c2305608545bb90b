import { z } from 'zod';
import { duration, scriptFlags } from '../script-flags.ts';

/** Flags shared by the items; each has its own defaults. */
const ItemFlags = z.object({
  minutes: duration.optional(),
  seconds: duration.optional(),
  seed: z.coerce.number().int().nonnegative().default(7),
  only: z.string().optional(),
});

export function itemFlags(args: readonly string[], usage = ''): z.infer<typeof ItemFlags> {
  return scriptFlags({
    usage,
    args,
    options: {
      minutes: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
    },
    schema: ItemFlags,
  });
}
