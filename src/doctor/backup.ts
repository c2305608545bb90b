import { pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export interface BackupFacts {
  readonly hasLedger: boolean;
  /** Undefined when there is none. */
  readonly newestMs: number | undefined;
  /** What was found in the newest one's ledger. */
  readonly problems: number;
  readonly everyHours: number | null;
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** Losing the ledger costs no money, but the account's history and the promotion. */
export function judgeBackup(facts: BackupFacts, nowMs: number): Finding {
  const { hasLedger, newestMs, problems, everyHours } = facts;
  const fix = 'run "./start-bot.sh backup"';
  if (!hasLedger) return pass('backup', 'nothing to back up yet');
  if (newestMs === undefined) return warn('backup', 'there is none', fix);
  const hours = Math.floor((nowMs - newestMs) / HOUR_MS);
  if (problems > 0) {
    return warn(
      'backup',
      `the newest one holds a ledger with ${problems} problem(s)`,
      'look at "./start-bot.sh ledger check" and keep the one before',
    );
  }
  const text = `the newest one is ${hours} hours old`;
  return hours > 2 * (everyHours ?? DAY_HOURS) ? warn('backup', text, fix) : pass('backup', text);
}
