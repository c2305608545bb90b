import { describe, expect, test } from 'vitest';
import { Chain } from './config.ts';

function problem(chain: unknown): string {
  const parsed = Chain.safeParse(chain);
  const [issue] = parsed.error?.issues ?? [];
  return issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
}

describe('chain of the config', () => {
  test('fills in the parameters of each step', () => {
    const [volume, age] = Chain.parse([{ name: 'volume', count: 5 }, { name: 'age' }]);

    expect(volume).toMatchObject({ count: 5, min_quote_volume: 0, rolling_hours: null });
    expect(age).toMatchObject({ min_days: 30, max_days: null, on_missing: 'remove' });
  });

  test.each([
    ['a filter first', [{ name: 'spread' }], '0.name: a chain begins with one of static'],
    ['a name nobody knows', [{ name: 'static' }, { name: 'volumes' }], '1.name: '],
    ['a parameter of another step', [{ name: 'static', days: 3 }], '0: Unrecognized key: "days"'],
    ['an empty band', [{ name: 'static' }, { name: 'volatility', min: 1, max: 0.5 }], '1.max'],
    [
      'ages the wrong way',
      [{ name: 'static' }, { name: 'age', min_days: 9, max_days: 3 }],
      '1.max',
    ],
    ['ranks the wrong way', [{ name: 'market-cap', from_rank: 9, to_rank: 3 }], '0.to_rank'],
    ['no source', [{ name: 'remote', sha256: 'a'.repeat(64) }], '0.url'],
    ['an unchecked list', [{ name: 'remote', url: 'https://a.example/l.json' }], '0.sha256'],
    [
      'a regular expression',
      [{ name: 'static' }, { name: 'blacklist', patterns: ['(A+)+'] }],
      '1.patterns.0',
    ],
    ['nothing', [], ': '],
  ])('refuses %s and says where', (_, chain, where) => {
    expect(problem(chain)).toContain(where);
  });
});
