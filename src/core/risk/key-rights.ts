/**
 * What the keys of an account may do, judged before the first order. Undefined rights are those the
 * venue does not tell (a test network has no such question).
 */
export interface RightsToCheck {
  readonly canTrade: boolean;
  readonly canWithdraw: boolean | undefined;
  readonly isIpRestricted: boolean | undefined;
}

export interface RightsFinding {
  readonly code: 'cannot-trade' | 'can-withdraw' | 'withdraw-unknown' | 'no-ip-limit';
  /** `refuse`: production must not start with these keys. */
  readonly verdict: 'refuse' | 'warn';
  readonly text: string;
  readonly fix: string;
}

/** Nothing when the keys are as they should be: they trade, from this address, and no more. */
export function checkRights(
  rights: RightsToCheck,
  options: { readonly allowWithdrawKeys: boolean },
): readonly RightsFinding[] {
  const findings: RightsFinding[] = [];
  if (!rights.canTrade) {
    findings.push({
      code: 'cannot-trade',
      verdict: 'refuse',
      text: 'the keys may not trade',
      fix: 'enable spot trading for them at the venue',
    });
  }
  if (rights.canWithdraw === true) {
    findings.push({
      code: 'can-withdraw',
      verdict: options.allowWithdrawKeys ? 'warn' : 'refuse',
      text: 'the keys may withdraw: whoever steals them takes the money, not only the positions',
      fix: 'disable withdrawals for them at the venue, or set execution.allow_withdraw_keys',
    });
  }
  if (rights.canWithdraw === undefined) {
    findings.push({
      code: 'withdraw-unknown',
      verdict: 'warn',
      text: 'the venue does not say whether the keys may withdraw',
      fix: 'look at their settings at the venue: withdrawals must be off',
    });
  }
  // An unknown answer comes together with the one above.
  if (rights.isIpRestricted === false) {
    findings.push({
      code: 'no-ip-limit',
      verdict: 'warn',
      text: 'the keys work from every address',
      fix: "limit them to this machine's address at the venue",
    });
  }
  return findings;
}
