import { describe, expect, test } from 'vitest';
import { ANALYST_NAMES } from './analyst-names.ts';
import { builtInAnalyst } from './bench.ts';
import { CommitteeConfig } from './config.ts';

describe('committee config', () => {
  test('seats the whole bench by default', () => {
    const names = CommitteeConfig.parse({}).analysts.map(({ name }) => name);

    expect(new Set(names)).toEqual(new Set(ANALYST_NAMES));
  });

  test('knows every analyst under its own name', () => {
    for (const name of ANALYST_NAMES) expect(builtInAnalyst(name).name).toBe(name);
  });

  test.each([
    ['an analyst that does not exist', { analysts: [{ name: 'oracle' }] }, /analysts\.0\.name/],
    [
      'a member that is both built in and a file',
      { analysts: [{ name: 'trend', file: './mine.ts' }] },
      /either a name or a file/,
    ],
    ['a member without name or file', { analysts: [{ weight: 1 }] }, /either a name or a file/],
    ['weights that sum to 0', { analysts: [{ name: 'trend', weight: 0 }] }, /sum to 0/],
    ['no analyst at all', { analysts: [] }, /analysts/],
    ['a negative weight', { analysts: [{ name: 'trend', weight: -1 }] }, /analysts/],
    ['a file that is no module', { analysts: [{ file: './mine.yaml' }] }, /analysts/],
    ['a stop that is always too wide', { stop: { min_fraction: 0.03 } }, /above max_fraction/],
    ['a confidence above 1', { min_confidence: 70 }, /min_confidence/],
    ['an unknown key', { min_confidense: 0.7 }, /min_confidense/],
  ])('refuses %s', (_, config, message) => {
    const result = CommitteeConfig.safeParse(config);

    expect(result.success).toBe(false);
    const text = result.error?.issues.map((i) => `${i.path.join('.')} ${i.message}`).join('\n');
    expect(text).toMatch(message);
  });
});
