import { describe, expect, it } from 'vitest';
import { fail, pass } from '#doctor/finding.ts';
import { lineOf } from './doctor-command.ts';

describe('a line of the report', () => {
  it('is one line, whatever the finding says', () => {
    expect(lineOf(pass('disk', 'fast'))).toBe('pass  disk     fast');
    expect(lineOf(fail('config', '2 problems:\n  a: x\n  b: y', 'correct it'))).toBe(
      'fail  config   2 problems: a: x; b: y -> correct it',
    );
  });
});
