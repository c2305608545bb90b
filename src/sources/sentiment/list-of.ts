import { z } from 'zod';

/**
 * A list of a vendor. An item that does not fit is left out: one odd post must not take the others with
 * it. A list of which nothing fits is no list, since their format has changed.
 */
export function listOf<S extends z.ZodType>(item: S, max: number) {
  return z
    .array(z.unknown())
    .max(max)
    .transform((given, context): readonly z.output<S>[] => {
      const read = given.map((one) => item.safeParse(one));
      const fitting = read.flatMap(({ success, data }) => (success ? [data] : []));
      const [issue] = read[0]?.error?.issues ?? [];
      if (fitting.length === 0 && issue !== undefined) {
        context.addIssue({ code: 'custom', path: [0, ...issue.path], message: issue.message });
      }
      return fitting;
    });
}
