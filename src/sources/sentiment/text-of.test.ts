import { expect, it } from 'vitest';
import { textOf } from './text-of.ts';

it.each([
  ['To the moon', 'really', 'To the moon. really'],
  ['Is it over?', 'I think not', 'Is it over? I think not'],
  [' Up ', '', 'Up'],
  ['', 'only words', 'only words'],
])('joins %j and %j', (title, body, text) => expect(textOf(title, body)).toBe(text));

it('is bounded', () => expect(textOf('x'.repeat(900), 'y'.repeat(900))).toHaveLength(1_000));
