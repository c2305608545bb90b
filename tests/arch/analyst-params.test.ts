/** What an analyst takes as `params` stands in the docs, with its default. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ANALYST_NAMES } from '#core/committee/analyst-names.ts';
import { builtInAnalyst } from '#core/committee/bench.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/agents/trading-worker.md'), 'utf8');

/** `fast` (12) and `depth_min` (1000, of the quote asset) of the last cell. */
function documented(name: string): Readonly<Record<string, number>> {
  const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? '';
  const [cell = ''] = row.split('|').slice(-2);
  const found = cell.matchAll(/`([a-z_]+)` \(([0-9.]+)/g);
  return Object.fromEntries([...found].map(([, key = '', value]) => [key, Number(value)]));
}

describe('the params of analysts in the docs', () => {
  it.each(ANALYST_NAMES)('are those of %s', (name) => {
    expect(documented(name)).toEqual(builtInAnalyst(name).params.parse({}));
  });
});
