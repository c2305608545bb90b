import { z } from 'zod';

/** As OpenAPI 3.1 wants it, with an example where one is given. */
export function jsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  example?: unknown,
): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return example === undefined ? rest : { ...rest, examples: [example] };
}
