import { describe, expect, it } from 'vitest';
import { judgeKeys, judgeRights } from './keys.ts';
import type { KeyFacts } from './keys.ts';

const OPEN = { kind: 'config', where: 'my.yaml:3:3', isInFile: true } as const;
const ENV = { kind: 'config', where: 'environment (X)', isInFile: false } as const;

describe('keys', () => {
  it.each<[string, KeyFacts['mode'], KeyFacts['source'], string]>([
    ['none in shadow', 'shadow', { kind: 'none' }, 'pass'],
    ['none in production', 'production', { kind: 'none' }, 'fail'],
    ['those of practice', 'production', { kind: 'practice' }, 'pass'],
    ['in a config file', 'production', OPEN, 'warn'],
    ['in the environment', 'production', ENV, 'pass'],
    ['in the keystore', 'production', { kind: 'keystore', entry: 'main' }, 'pass'],
  ])('are judged: %s', (_, mode, source, verdict) => {
    expect(judgeKeys({ mode, source, problem: undefined }).verdict).toBe(verdict);
  });

  it('fail when they cannot be had', () => {
    const source = { kind: 'keystore', entry: 'main' } as const;

    expect(judgeKeys({ mode: 'production', source, problem: 'wrong passphrase' })).toMatchObject({
      verdict: 'fail',
      text: 'wrong passphrase',
    });
  });

  it('have their rights judged as execution does', () => {
    const rights = { canTrade: true, canWithdraw: true, isIpRestricted: false };

    expect(judgeRights(rights, false).map(({ verdict }) => verdict)).toEqual(['fail', 'warn']);
    expect(judgeRights(rights, true).map(({ verdict }) => verdict)).toEqual(['warn', 'warn']);
    expect(
      judgeRights({ canTrade: true, canWithdraw: false, isIpRestricted: true }, false),
    ).toMatchObject([{ verdict: 'pass' }]);
  });
});
