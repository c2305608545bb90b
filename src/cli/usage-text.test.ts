import { parseArgs } from 'node:util';
import { describe, expect, test } from 'vitest';
import { UsageError } from './usage-error.ts';
import { usageText } from './usage-text.ts';

describe('what was typed wrong', () => {
  function typed(args: readonly string[], command = 'status'): string | undefined {
    try {
      parseArgs({
        args: [...args],
        options: { json: { type: 'boolean' }, config: { type: 'string' } },
      });
    } catch (error) {
      return usageText(error, command);
    }
    return undefined;
  }

  test.each([
    [['--jsn'], 'unknown flag --jsn; did you mean --json?'],
    [['--data-dri', 'x'], 'unknown flag --data-dri; did you mean --data-dir?'],
    [['--something'], 'unknown flag --something'],
    [['now'], 'unexpected word "now"'],
    [['--config'], "Option '--config <value>' argument missing"],
  ])('%j', (args, text) => expect(typed(args)).toBe(text));

  test('means the flags of that command', () => {
    expect(typed(['--limt'], 'pairs')).toContain('did you mean --limit?');
    expect(typed(['--limt'], 'status')).not.toContain('--limit?');
  });

  test('is told in the words of a command itself', () => {
    expect(usageText(new UsageError('sentiment takes one coin'), 'sentiment')).toBe(
      'sentiment takes one coin',
    );
    expect(usageText(new Error('a bug'), 'status')).toBeUndefined();
  });
});
