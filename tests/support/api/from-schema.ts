/** Values as a JSON schema describes them, and values that are nearly so. */
import fc from 'fast-check';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What belongs nowhere: other types, sizes, alphabets, names that programs trip over. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    '0',
    -1,
    0,
    1e308,
    -0,
    2 ** 53,
    '\u0000',
    '\ud800',
    '\u202e\u200b',
    'x'.repeat(5_000),
    "' OR 1=1; --",
    '../../etc/passwd',
    '${jndi:ldap://x}',
    '__proto__',
    { constructor: { prototype: { isAdmin: true } } },
    Array.from({ length: 500 }, () => []),
    'NaN',
    true,
  ),
);

/** Right as far as the schema says. */
export function fromSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  const options = schema['oneOf'] ?? schema['anyOf'];
  if (Array.isArray(options)) return fc.oneof(...options.map((one: JsonSchema) => fromSchema(one)));
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  switch (schema['type']) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return fc.array(fromSchema((schema['items'] ?? {}) as JsonSchema), { maxLength: 3 });
    case 'integer':
      return fc.integer({
        min: bound(schema, 'minimum', -100),
        max: bound(schema, 'maximum', 100),
      });
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return stringOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

// Sums of money and shares are tried over their whole range, whole numbers only where they can be.
const INTEGER_LIMIT = 2 ** 31 - 1;

function bound(schema: JsonSchema, name: string, preset: number): number {
  const value = schema[name];
  const number = typeof value === 'number' ? value : preset;
  return Math.max(-INTEGER_LIMIT, Math.min(INTEGER_LIMIT, number));
}

function numberOf(schema: JsonSchema): fc.Arbitrary<number> {
  const min = bound(schema, 'exclusiveMinimum', bound(schema, 'minimum', -100));
  const max = bound(schema, 'exclusiveMaximum', bound(schema, 'maximum', 100));
  return fc
    .double({ min, max, noNaN: true })
    .filter(
      (value) => value !== schema['exclusiveMinimum'] && value !== schema['exclusiveMaximum'],
    );
}

/** The pairs a desk trades come often, so that some requests reach the end. */
const PAIRS = ['BTC/USDT', 'ETH/USDT', 'DOGE/USDT'];

function stringOf(schema: JsonSchema): fc.Arbitrary<string> {
  const { pattern } = schema;
  if (typeof pattern === 'string') {
    const any = fc.stringMatching(new RegExp(pattern));
    return pattern.includes('\\/') ? fc.oneof(fc.constantFrom(...PAIRS), any) : any;
  }
  return fc.string({
    unit: 'grapheme',
    minLength: bound(schema, 'minLength', 0),
    maxLength: Math.min(60, bound(schema, 'maxLength', 60)),
  });
}

function objectOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = (schema['required'] ?? []) as readonly string[];
  return fc.record(Object.fromEntries(properties.map(([name, one]) => [name, fromSchema(one)])), {
    requiredKeys: required.filter((name) => properties.some(([known]) => known === name)),
  });
}

/** One of its parts replaced, lost, or too many. */
export function nearly(schema: JsonSchema): fc.Arbitrary<unknown> {
  const change = fc.record({
    at: fc.nat(),
    value: junk,
    how: fc.constantFrom('set', 'lose', 'add'),
  });
  return fc.tuple(fromSchema(schema), change).map(([value, { at, value: other, how }]) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return other;
    const names = Object.keys(value);
    const name = names[at % Math.max(1, names.length)] ?? 'nothing';
    if (how === 'set') return { ...value, [name]: other };
    if (how === 'add') return { ...value, [`more${at % 9}`]: other };
    return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
  });
}
