import { checkRights } from '#core/risk/key-rights.ts';
import type { RightsToCheck } from '#core/risk/key-rights.ts';
import { ConfigError } from '#platform/errors.ts';
import type { Log } from '#platform/log/log.ts';

/**
 * To be called with what the venue says of the keys, before anything is sent with them.
 * @throws ConfigError when production must not run with them.
 */
export function acceptRights(
  rights: RightsToCheck,
  options: { readonly allowWithdrawKeys: boolean; readonly log: Pick<Log, 'warn'> },
): void {
  const findings = checkRights(rights, options);
  for (const { code, verdict, text, fix } of findings) {
    if (verdict === 'warn') options.log.warn({ code, why: text, fix }, 'the keys are unwise');
  }
  const refusals = findings.filter(({ verdict }) => verdict === 'refuse');
  if (refusals.length === 0) return;
  throw new ConfigError(refusals.map(({ text, fix }) => `${text}; ${fix}`).join('. '));
}
