import { expect, it } from 'vitest';
import { reasonsText } from './verdict-text.ts';

it('says what was found, what the limit is and which halt holds', () => {
  expect(
    reasonsText([
      { code: 'halted', found: 'kill-switch' },
      { code: 'spread', found: 0.01, limit: 0.005 },
      { code: 'free-quote', limit: '12.5' },
      { code: 'no-quote' },
    ]),
  ).toBe('halted: kill-switch, spread 0.01 (limit 0.005), free-quote (limit 12.5), no-quote');
});
