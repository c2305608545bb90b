import { z } from 'zod';

/**
 * How an input is shown where its own form says less: a number in a query arrives as text, and the
 * text's pattern would tell nobody that it is a number.
 */
export const shownAs = z.registry<
  { readonly schema: Readonly<Record<string, unknown>> },
  z.core.$ZodType
>();

/** As OpenAPI 3.1 wants it, with an example where one is given. */
export function jsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  example?: unknown,
): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: shown }) => {
      const other = io === 'input' ? shownAs.get(zodSchema) : undefined;
      if (other === undefined) return;
      for (const key of Object.keys(shown)) Reflect.deleteProperty(shown, key);
      Object.assign(shown, other.schema);
    },
  });
  return example === undefined ? rest : { ...rest, examples: [example] };
}
