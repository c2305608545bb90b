import { z } from 'zod';

const Shape = z.looseObject({
  type: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
});
type Shape = z.output<typeof Shape>;

/** What a key may be, in words, from the JSON schema of the whole configuration. */
export function allowedText(schema: unknown, path: readonly string[]): string {
  let shape = Shape.parse(schema);
  for (const key of path) {
    const inner = shape.properties?.[key];
    if (inner === undefined) throw new Error(`the schema has no key ${path.join('.')}`);
    shape = Shape.parse(inner);
  }
  return textOf(shape);
}

function textOf(shape: Shape): string {
  if (shape.anyOf !== undefined) {
    return shape.anyOf.map((inner) => textOf(Shape.parse(inner))).join(' or ');
  }
  if (shape.enum !== undefined) return shape.enum.map(String).join(', ');
  switch (shape.type) {
    case 'array':
      return `list of ${textOf(Shape.parse(shape.items))}`;
    case 'object':
      return `{${Object.keys(shape.properties ?? {}).join(', ')}}`;
    case 'boolean':
      return 'true, false';
    case 'integer':
    case 'number':
      return `${shape.type === 'integer' ? 'whole number' : 'number'}${rangeText(shape)}`;
    case 'string':
      return stringText(shape);
    default:
      return shape.type ?? 'anything';
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uri: 'URL',
  date: 'date such as 2021-04-20',
  'date-time': 'time such as 2021-04-20T08:00:00Z',
};

function stringText({ format, pattern }: Shape): string {
  // zod has no format for a time without zone, only its pattern with every leap year.
  const isTime = format === undefined && pattern?.includes('-02-29') === true;
  const known = FORMATS[isTime ? 'date-time' : (format ?? '')];
  if (known !== undefined) return known;
  return pattern === undefined ? 'text' : `text that fits \`${pattern}\``;
}

// zod says "safe integer" as a bound; that is no limit a person needs to know.
function rangeText(shape: Shape): string {
  const bounds: readonly (readonly [string, number | undefined])[] = [
    ['above', shape.exclusiveMinimum],
    ['from', shape.minimum],
    ['below', shape.exclusiveMaximum],
    ['to', shape.maximum],
  ];
  return bounds
    .filter(([, bound]) => bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER)
    .map(([word, bound]) => ` ${word} ${bound}`)
    .join('');
}
