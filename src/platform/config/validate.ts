import { z } from 'zod';
import { pathKey } from './layer.ts';
import type { ConfigProblem, Path } from './layer.ts';
import type { Merged } from './merge.ts';
import { nearest } from './nearest.ts';
import { isSecretKey, maskConfig } from './secrets.ts';

type Parsed<S extends z.ZodType> =
  | { readonly ok: true; readonly config: z.output<S> }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Checks a merged config against the schema; every problem at once, each with its place. */
export function validateConfig<S extends z.ZodType>(schema: S, merged: Merged): Parsed<S> {
  const parsed = schema.safeParse(merged.value);
  if (parsed.success) return { ok: true, config: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => issueProblems(schema, merged, issue));
  return { ok: false, problems };
}

function issueProblems(
  schema: z.ZodType,
  merged: Merged,
  issue: z.core.$ZodIssue,
): ConfigProblem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part));
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path, merged.value);
    return issue.keys.map((key) => unknownKey(merged, [...path, key], known));
  }
  const found = valueAt(merged.value, path);
  const shown = isSecretKey(path)
    ? 'a value that does not fit'
    : JSON.stringify(maskConfig(found, path));
  const isMissing = found === undefined;
  const detail = issue.code === 'custom' ? issue.message : expectation(issue);
  const message =
    issue.code === 'custom'
      ? detail
      : isMissing
        ? `${detail}, but the key is missing`
        : `${detail}, found ${shown}`;
  return [{ key: pathKey(path), origin: merged.locate(path), message }];
}

function unknownKey(merged: Merged, path: Path, known: readonly string[]): ConfigProblem {
  const meant = nearest(String(path.at(-1)), known);
  const hint =
    meant === undefined ? `known keys here: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return { key: pathKey(path), origin: merged.locate(path), message: `unknown key; ${hint}` };
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'too_small':
      return `expected ${issue.origin === 'number' || issue.origin === 'int' ? '' : `${issue.origin} of `}${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `expected ${issue.origin === 'number' || issue.origin === 'int' ? '' : `${issue.origin} of `}${issue.inclusive === true ? 'at most' : 'less than'} ${issue.maximum}`;
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_format':
      return issue.message.startsWith('expected') ? issue.message : `expected ${issue.format}`;
    case 'invalid_union':
      return formExpected(issue);
    default:
      return issue.message;
  }
}

function formExpected(issue: z.core.$ZodIssueInvalidUnion): string {
  // Of forms that differ in one key, what that key may be.
  if ('options' in issue && Array.isArray(issue.options)) return oneOf(issue.options);
  return `expected one of the allowed forms (${issue.message})`;
}

function oneOf(values: readonly unknown[]): string {
  return `expected one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
}

function valueAt(value: unknown, path: Path): unknown {
  let node = value;
  for (const key of path) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = (node as Record<string | number, unknown>)[key];
  }
  return node;
}

/**
 * Keys of the object schema at `path`, through optional, nullable, default, prefault and array wrappers;
 * of several forms that differ in one key, the form that the value says it is.
 */
function keysAt(schema: z.ZodType, path: Path, value: unknown): readonly string[] {
  let node: unknown = schema;
  for (const [place, key] of path.entries()) {
    node = childOf(formOf(unwrap(node), valueAt(value, path.slice(0, place))), key);
  }
  const object = formOf(unwrap(node), valueAt(value, path));
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function formOf(node: unknown, value: unknown): unknown {
  if (!(node instanceof z.ZodDiscriminatedUnion)) return node;
  const { discriminator } = node.def;
  const said = valueAt(value, [discriminator]);
  return node.options.find((option) => {
    const known = childOf(unwrap(option), discriminator);
    return known instanceof z.ZodLiteral && known.values.has(said as string);
  });
}

function childOf(node: unknown, key: string | number): unknown {
  if (node instanceof z.ZodObject) return (node.shape as Record<string, unknown>)[String(key)];
  if (node instanceof z.ZodArray) return node.element;
  if (node instanceof z.ZodRecord) return node.valueType;
  return undefined;
}

function unwrap(node: unknown): unknown {
  let inner = node;
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodReadonly
  ) {
    inner = inner.unwrap();
  }
  return inner;
}
