import { describe, expect, it } from 'vitest';
import { headOf, lineOf } from './audit-command.ts';
import { originOf } from './origin.ts';

describe('audit show', () => {
  it('says who did what from where and why on one line', () => {
    const line = lineOf({
      seq: 7,
      atMs: 0,
      kind: 'operator',
      ref: 'command-1',
      who: 'ann',
      origin: 'desk-1 from 10.0.0.7',
      why: 'lunch',
      payload: { action: 'pause' },
      hash: 'x',
    });

    expect(line).toContain('1970-01-01T00:00:00.000Z  operator');
    expect(line).toContain('ann (desk-1 from 10.0.0.7)  lunch  {"action":"pause"}');
  });
});

describe('audit verify --head', () => {
  it('takes the text of the daily line and nothing else', () => {
    const hash = 'a'.repeat(64);

    expect(headOf(`12:${hash}`)).toEqual({ seq: 12, hash });
    for (const text of ['', '12', `12:${hash}0`, `x:${hash}`]) {
      expect(() => headOf(text)).toThrow('--head expects');
    }
  });
});

describe('originOf', () => {
  it('names the address of a remote session and the person behind sudo', () => {
    const env = { SSH_CONNECTION: '10.0.0.7 5 10.0.0.1 22', SUDO_USER: 'ann' };

    expect(originOf(env)).toMatch(/ from 10\.0\.0\.7 as ann by sudo$/);
    expect(originOf({})).not.toContain(' from ');
  });
});
