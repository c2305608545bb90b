import { checkRights } from '#core/risk/key-rights.ts';
import type { RightsToCheck } from '#core/risk/key-rights.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export interface KeyFacts {
  readonly mode: 'shadow' | 'production';
  readonly source:
    | { readonly kind: 'none' }
    /** The desk makes them for its practice exchange. */
    | { readonly kind: 'practice' }
    /** Place in a file, or a variable. `isInFile`: of the config, where they stand in the open. */
    | { readonly kind: 'config'; readonly where: string; readonly isInFile: boolean }
    | { readonly kind: 'keystore'; readonly entry: string };
  /** Why they could not be taken from there. */
  readonly problem: string | undefined;
}

export function judgeKeys({ mode, source, problem }: KeyFacts): Finding {
  const sealed = '"./start-bot.sh keys add NAME" seals them in the keystore';
  if (problem !== undefined) return fail('keys', problem, sealed);
  switch (source.kind) {
    case 'none':
      return mode === 'shadow'
        ? pass('keys', 'shadow needs none')
        : fail('keys', 'production has no keys', sealed);
    case 'practice':
      return pass('keys', 'the practice exchange gives its own');
    case 'config':
      return source.isInFile
        ? warn('keys', `they stand in the open in ${source.where}`, sealed)
        : pass('keys', `from ${source.where}`);
    case 'keystore':
      return pass('keys', `keystore entry "${source.entry}"`);
  }
}

/** The same rule that execution refuses by, in the doctor's words. */
export function judgeRights(rights: RightsToCheck, allowWithdrawKeys: boolean): Finding[] {
  const findings = checkRights(rights, { allowWithdrawKeys });
  if (findings.length === 0) {
    return [pass('rights', 'they trade, cannot withdraw, and work from this address only')];
  }
  return findings.map(({ verdict, text, fix }) =>
    verdict === 'refuse' ? fail('rights', text, fix) : warn('rights', text, fix),
  );
}
