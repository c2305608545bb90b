import { existsSync } from 'node:fs';
import { checkLedger } from '#ledger/check/check-ledger.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { Halt } from '#core/model/halt.ts';
import { errorText } from '#platform/errors.ts';
import { fail, pass, warn } from './finding.ts';
import type { Finding } from './finding.ts';

export type LedgerFacts =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | {
      readonly kind: 'read';
      readonly problems: number;
      readonly orders: number;
      readonly halts: readonly Halt[];
    };

/** Reads only, whether the desk runs or not. */
export async function readLedger(path: string): Promise<LedgerFacts> {
  if (!existsSync(path)) return { kind: 'none' };
  try {
    const check = await checkLedger(path);
    const reader = await openLedgerReader(path);
    try {
      const halts = await reader.halts();
      return { kind: 'read', problems: check.problemCount, orders: check.counts.orders, halts };
    } finally {
      await reader.close();
    }
  } catch (error) {
    return { kind: 'unreadable', why: errorText(error) };
  }
}

export function judgeLedger(facts: LedgerFacts): Finding[] {
  switch (facts.kind) {
    case 'none':
      return [pass('ledger', 'the first start makes it'), pass('halts', 'none')];
    case 'unreadable':
      return [fail('ledger', facts.why, 'put back a backup; docs/operations.md says how')];
    case 'read': {
      const book =
        facts.problems === 0
          ? pass('ledger', `${facts.orders} orders, everything adds up`)
          : fail(
              'ledger',
              `${facts.problems} things do not add up`,
              'run "./start-bot.sh ledger check", keep a copy, trade no further on it',
            );
      return [book, ...judgeHalts(facts.halts)];
    }
  }
}

function judgeHalts(halts: readonly Halt[]): Finding[] {
  if (halts.length === 0) return [pass('halts', 'none')];
  return halts.map(({ kind, reason, liftedBy, account }) => {
    const whose = account === undefined ? '' : ` of the account ${account}`;
    return warn('halts', `${kind}${whose}: ${reason}`, `no entries until ${liftedBy}`);
  });
}
