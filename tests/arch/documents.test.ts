import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { HaltKind } from '#core/model/halt.ts';
import { DeskConfig } from '#desk-config/desk-config.ts';
import { allowedText } from '../../scripts/documents/allowed-text.ts';
import { configurationDocument } from '../../scripts/documents/configuration-document.ts';
import { METRIC_SOURCES, metricsDocument } from '../../scripts/documents/metrics-document.ts';

describe('docs/metrics.md', () => {
  it('is what the declarations say', () => {
    const written = readFileSync('docs/metrics.md', 'utf8');

    expect(written, 'run: node scripts/generate-metrics.ts').toBe(metricsDocument());
  });

  it('leaves no declaration out', () => {
    const declaring = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join('src', name))
      // Hands declarations on, and has none of its own.
      .filter((file) => file !== 'src/platform/metrics/metrics.ts')
      .filter((file) => /\w\.(?:counter|gauge|histogram)\(/.test(readFileSync(file, 'utf8')));

    expect(METRIC_SOURCES.flatMap(({ file, alsoIn = [] }) => [file, ...alsoIn]).toSorted()).toEqual(
      declaring.toSorted(),
    );
  });
});

describe('docs/configuration.md', () => {
  it('is what the defaults and the schema say', () => {
    const written = readFileSync('docs/configuration.md', 'utf8');

    expect(written, 'run: node scripts/generate-configuration.ts').toBe(configurationDocument());
  });

  it('shows the defaults that the schema has too', () => {
    const written: unknown = parse(readFileSync('config/default.yaml', 'utf8'));
    const schema = z.toJSONSchema(DeskConfig, { unrepresentable: 'any', io: 'input' });
    const found = defaultsOf(schema);

    expect(found.length).toBeGreaterThan(60);
    for (const { path, value } of found) {
      expect(valueAt(written, path), path.join('.')).toEqual(value);
    }
  });

  it('says what every key is for', () => {
    const rows = configurationDocument()
      .split('\n')
      .filter((line) => /^\| `[a-z_.]+` \|/.test(line));
    // Limits of an agent are explained once, on the first agent.
    const silent = rows.filter(
      (row) => row.endsWith('|  |') && !/`coordinator\.agents\./.test(row),
    );

    expect(rows.length).toBeGreaterThan(80);
    expect(silent).toEqual([]);
  });

  it.each([
    [{ type: 'integer', minimum: 1, maximum: 64 }, 'whole number from 1 to 64'],
    [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'whole number from 0'],
    [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 'number above 0 below 1'],
    [{ type: 'string', enum: ['a', 'b'] }, 'a, b'],
    [{ anyOf: [{ type: 'string', format: 'uri' }, { type: 'null' }] }, 'URL or null'],
    [{ type: 'array', items: { type: 'string' } }, 'list of text'],
  ])('says in words what %j allows', (inner, words) => {
    expect(allowedText({ properties: { a: { properties: { b: inner } } } }, ['a', 'b'])).toBe(
      words,
    );
  });
});

const Node = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  default: z.unknown().optional(),
});

/** Every key for which the schema has a default, groups left out: theirs is an empty map. */
function defaultsOf(
  schema: unknown,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly value: unknown }[] {
  const node = Node.parse(schema);
  if (node.properties === undefined) {
    return 'default' in node ? [{ path, value: node.default }] : [];
  }
  return Object.entries(node.properties).flatMap(([key, inner]) =>
    defaultsOf(inner, [...path, key]),
  );
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => z.record(z.string(), z.unknown()).parse(inner)[key],
    value,
  );
}

/** Tables of a document, each row as its cells without the backticks' meaning. */
function tableRows(file: string): readonly string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| failure |'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
}

function codeIn(cell: string | undefined): readonly string[] {
  return [...(cell ?? '').matchAll(/`([^`]+)`/g)].flatMap((match) => match[1] ?? []);
}

describe('docs/failure-modes.md', () => {
  const rows = tableRows('docs/failure-modes.md');

  it('names tests that exist', () => {
    const missing = rows
      .flatMap((row) => codeIn(row[5]))
      .filter((name) =>
        ['tests', 'src'].every((folder) => !existsSync(join(folder, `${name}.test.ts`))),
      );

    expect(rows.length).toBeGreaterThan(40);
    expect(
      rows.filter((row) => row[5] === ''),
      'rows without a test',
    ).toEqual([]);
    expect(missing).toEqual([]);
  });

  it('quotes what the program says', () => {
    const program = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(join('src', name), 'utf8').replaceAll(/\s+/g, ' '))
      .join('\n');
    const said = rows.flatMap((row) => codeIn(row[3])).filter((text) => !text.startsWith('audit '));

    expect(said.filter((text) => !program.includes(text))).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  it('explains every halt', () => {
    const explained = new Set(tableRows('docs/operations.md').flatMap((row) => codeIn(row[1])));

    expect(HaltKind.options.filter((kind) => !explained.has(kind))).toEqual([]);
  });
});
