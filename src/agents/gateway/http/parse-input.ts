import type { z } from 'zod';
import { RequestProblem } from './problem.ts';

/**
 * What a caller sent, checked.
 * @throws RequestProblem that names each wrong part.
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: 'a parameter' | 'the body',
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RequestProblem(400, `${what} is not as it should be`, {
    errors: parsed.error.issues.map((issue) => ({
      parameter: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'),
      detail: issue.message,
    })),
  });
}
