import { describe, expect, it } from 'vitest';
import { checkRights } from './key-rights.ts';
import type { RightsFinding, RightsToCheck } from './key-rights.ts';

const GOOD = { canTrade: true, canWithdraw: false, isIpRestricted: true };
type Expected = readonly `${RightsFinding['code']} ${RightsFinding['verdict']}`[];

describe('checkRights', () => {
  it.each<[string, Partial<RightsToCheck>, boolean, Expected]>([
    ['keys as they should be', {}, false, []],
    ['keys that only read', { canTrade: false }, false, ['cannot-trade refuse']],
    ['keys that withdraw', { canWithdraw: true }, false, ['can-withdraw refuse']],
    ['keys that withdraw, allowed', { canWithdraw: true }, true, ['can-withdraw warn']],
    ['keys from everywhere', { isIpRestricted: false }, false, ['no-ip-limit warn']],
    [
      'a venue that does not say',
      { canWithdraw: undefined, isIpRestricted: undefined },
      false,
      ['withdraw-unknown warn'],
    ],
    [
      'everything wrong',
      { canTrade: false, canWithdraw: true, isIpRestricted: false },
      false,
      ['cannot-trade refuse', 'can-withdraw refuse', 'no-ip-limit warn'],
    ],
  ])('judges %s', (_, rights, allowWithdrawKeys, expected) => {
    const findings = checkRights({ ...GOOD, ...rights }, { allowWithdrawKeys });

    expect(findings.map(({ code, verdict }) => `${code} ${verdict}`)).toEqual(expected);
  });
});
