import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { duration, scriptFlags } from './script-flags.ts';

function flags(...args: string[]): { minutes: number } {
  return scriptFlags({
    usage: 'how to',
    args,
    options: { minutes: { type: 'string' } },
    schema: z.object({ minutes: duration.default(3) }),
  });
}

describe('flags of a script', () => {
  test('come as what the schema makes of them', () => {
    expect(flags()).toEqual({ minutes: 3 });
    expect(flags('--minutes', '0.5')).toEqual({ minutes: 0.5 });
  });

  test.each([
    ['--minutes: Invalid input', '--minutes', 'x'],
    ['--minutes: Too small', '--minutes', '0'],
    ["Unknown option '--minute'", '--minute', '3'],
    ["Option '--minutes <value>' argument missing", '--minutes'],
    ["Unexpected argument 'much'", 'much'],
  ])('that are wrong end it: %s', (what, ...args) => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`ended with ${code}`);
    });

    expect(() => flags(...args)).toThrow('ended with 2');
    expect(said.mock.calls.join()).toContain(what);
    expect(said.mock.calls.join()).toContain('how to');
  });
});
