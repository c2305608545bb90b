import { describe, expect, it } from 'vitest';
import { configDiff, shownValue } from './diff.ts';

describe('configDiff', () => {
  it('finds each changed key, lists whole, whatever the order of names', () => {
    const from = { a: { x: 1, y: [1, { k: 1, l: 2 }] }, gone: true };
    const to = { a: { y: [1, { l: 2, k: 1 }], x: 2 }, fresh: null };

    const found = configDiff(from, to).map(({ key, from: was, to: is }) => [key, was, is]);

    expect(found).toEqual([
      ['a.x', 1, 2],
      ['fresh', undefined, null],
      ['gone', true, undefined],
    ]);
  });
});

describe('shownValue', () => {
  it.each([
    ['api_key', 'planted', 'hidden'],
    ['api_key', null, 'null'],
    ['url', 'redis://me:planted@host', '"redis://********@host"'],
    ['hooks', [{ signing_secret: 'planted' }], '[{"signing_secret":"********"}]'],
    ['limit', undefined, ''],
    ['limit', 0.5, '0.5'],
  ])('%s %j as %s', (key, value, text) => {
    expect(shownValue(value, ['section', key])).toBe(text);
  });
});
