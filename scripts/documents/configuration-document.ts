/**
 * Writes docs/configuration.md: how the layers work, then every key with its default and meaning
 * from config/default.yaml and what it may be from the schema.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, parseDocument, stringify } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { z } from 'zod';
import { DeskConfig } from '#desk-config/desk-config.ts';
import { OLD_NAMES } from '#desk-config/old-names.ts';
import { allowedText } from './allowed-text.ts';
import { tableRow } from './table-row.ts';

const DEFAULTS = join(import.meta.dirname, '../../config/default.yaml');
const DEFAULT_LENGTH_MAX = 40;

const INTRODUCTION = `# Configuration

Written by \`node scripts/generate-configuration.ts\` from \`config/default.yaml\` and the schema; a test
fails when it is old.

## Layers

Each one wins over those above it, key by key; a list is replaced whole.

1. \`config/default.yaml\`: every key.
2. \`config/<mode>.yaml\`: what differs in that mode.
3. \`--config FILE\`: yours; only the keys you change.
4. \`overrides.yaml\` in the data folder: what \`config set\` and \`config rollback\` wrote ([reload.md](reload.md)).
5. \`.env\` in the project's folder.
6. The environment.
7. Flags: \`./start-bot.sh help\` lists them.

\`./start-bot.sh config show\` prints every value with the place it comes from, \`config check\` says what is
wrong: all of it at once, each with file, line, key, what was found and what was expected. Both take the
flags of a start. A wrong configuration ends a start with exit code 2 before anything runs.

### From the environment

\`NIGHTDESK__SECTION__KEY\`, two underscores between the levels, in capitals:

\`\`\`sh
NIGHTDESK__GATEWAY__PORT=8010 ./start-bot.sh
NIGHTDESK__PAIRS='[BTC/USDT, ETH/USDT]' ./start-bot.sh --exchange binance
NIGHTDESK__COORDINATOR__WORKERS__MAX=2 ./start-bot.sh
\`\`\`

Values are read as in YAML: \`null\`, \`true\`, \`[a, b]\` for a list. An empty variable counts as not set. With \`__FILE\` at its
end a variable names a file that holds the value: a systemd credential, a docker secret. \`REDIS_URL\` sets
\`redis.url\`.

### \`\${NAME}\` in a file

A text may name a variable of \`.env\` or the environment: \`url: \${MY_REDIS}\`. A variable that is not set is
an error. Keys whose names speak of secrets are shown as \`********\` everywhere.
`;

export function configurationDocument(): string {
  const { contents } = parseDocument(readFileSync(DEFAULTS, 'utf8'));
  if (!isMap(contents)) throw new TypeError('config/default.yaml is not a map');
  const schema: unknown = z.toJSONSchema(DeskConfig, { unrepresentable: 'any', io: 'input' });
  const pairs = contents.items;
  const sections = pairs.filter(({ value }) => isMap(value));
  return [
    INTRODUCTION,
    '### Old names',
    '',
    'Keys that other bots use are read and moved to their new home; `config show` says so.',
    '',
    '| found in a file | means |',
    '|---|---|',
    ...OLD_NAMES.map(({ from, to }) => tableRow([`\`${from}\``, `\`${to}\``])),
    '',
    '## Keys at the top',
    '',
    ...table(
      pairs.filter(({ value }) => !isMap(value)),
      schema,
    ),
    ...sections.flatMap((pair) => sectionOf(pair, schema)),
  ].join('\n');
}

function sectionOf(pair: Pair, schema: unknown): string[] {
  const name = keyOf(pair);
  const about = commentOf(pair.key, 'commentBefore');
  return [
    `## ${name}`,
    '',
    ...(about === '' ? [] : [about, '']),
    ...table(isMap(pair.value) ? pair.value.items : [], schema, [name]),
  ];
}

function table(pairs: readonly Pair[], schema: unknown, path: readonly string[] = []): string[] {
  return [
    '| key | default | may be | |',
    '|---|---|---|---|',
    ...pairs.flatMap((pair) => rowsOf(pair, schema, path)),
    '',
  ];
}

function rowsOf(pair: Pair, schema: unknown, parents: readonly string[]): string[] {
  const path = [...parents, keyOf(pair)];
  const key = `\`${path.join('.')}\``;
  const { value } = pair;
  if (isMap(value)) {
    const about = commentOf(value, 'commentBefore');
    return [
      ...(about === '' ? [] : [tableRow([key, '', '', about])]),
      ...value.items.flatMap((inner) => rowsOf(inner, schema, path)),
    ];
  }
  const about = commentOf(value, 'comment') || commentOf(value, 'commentBefore');
  return [tableRow([key, defaultText(value), allowedText(schema, path), about])];
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

function commentOf(node: unknown, place: 'comment' | 'commentBefore'): string {
  const text = (node as Partial<YAMLMap> | null)?.[place] ?? '';
  return text.replaceAll(/\s+/g, ' ').trim();
}

function defaultText(value: unknown): string {
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).split(' #')[0] ?? '';
  const short = text.replaceAll(/^#.*\n/gm, '').trim();
  const isLong = short.length > DEFAULT_LENGTH_MAX || short.includes('\n');
  return isLong ? 'see `config/default.yaml`' : `\`${short}\``;
}
