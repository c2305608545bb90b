/** One line of the doctor's report. */
export interface Finding {
  readonly check: CheckName;
  /** `fail`: production must not run like this. `warn`: it runs, but look at it. */
  readonly verdict: 'pass' | 'warn' | 'fail';
  readonly text: string;
  /** What to do; every warning and failure has it. */
  readonly fix?: string;
}

export type CheckName =
  | 'config'
  | 'keys'
  | 'rights'
  | 'account'
  | 'balance'
  | 'venue'
  | 'clock'
  | 'disk'
  | 'space'
  | 'redis'
  | 'files'
  | 'ledger'
  | 'halts'
  | 'api'
  | 'backup'
  | 'alerts';

export function pass(check: CheckName, text: string): Finding {
  return { check, verdict: 'pass', text };
}

export function warn(check: CheckName, text: string, fix: string): Finding {
  return { check, verdict: 'warn', text, fix };
}

export function fail(check: CheckName, text: string, fix: string): Finding {
  return { check, verdict: 'fail', text, fix };
}
