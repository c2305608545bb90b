import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHtml } from '../../../../../tests/support/telegram/parse-html.ts';
import { MESSAGE_MAX, piecesOf, renderHtml } from '../text/render-html.ts';
import { asked } from './commands.fixture.ts';
import { allCommands } from './registry.ts';

const names = allCommands(() => ({}) as never).map(({ name }) => name);
const word = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'BTC',
    'btc/usdt',
    'all',
    'buy',
    'sell',
    'stop',
    '2%',
    '0',
    '-1',
    '1e9',
    'NaN',
    '../x',
    'execution',
    'status',
    '__proto__',
    'constructor',
    "'; drop table orders; --",
    '<b>',
    '%',
    '💥',
  ),
);

describe('strange words', () => {
  it('get an answer that Telegram takes, from every command', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(word, { maxLength: 6 }),
        async (name, args) => {
          const found = await asked(`/${name} ${args.join(' ')}`);

          if (found.kind === 'act') return;
          for (const piece of piecesOf(found.lines)) {
            expect(parseHtml(renderHtml(piece)).text.length).toBeLessThanOrEqual(MESSAGE_MAX);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
