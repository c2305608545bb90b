import { LIFTED_BY } from '#core/risk/halts.ts';
import type { Candidates } from '#core/reconcile/confirm.ts';
import type { Difference } from '#core/reconcile/difference.ts';
import { differenceText } from '#core/reconcile/words.ts';
import { liftHalt, raiseHalt } from '../account-mark.ts';
import type { Desk } from '../desk.ts';

const KIND = 'reconciliation';
/** Each is in the ledger; a halt names so many. */
const NAMED_MAX = 3;

/**
 * Writes down what was confirmed, ends what is gone, and halts while anything is open. Returns the
 * open ones.
 */
export async function recordDifferences(
  desk: Desk,
  candidates: Candidates,
): Promise<readonly Difference[]> {
  const { ports, journal, state } = desk;
  const { account } = ports.config;
  const confirmed = [...candidates.values()].filter(({ isConfirmed }) => isConfirmed);
  const before = await ports.ledger.read((query) => query.openDifferences(account));
  const isSame =
    before.length === confirmed.length &&
    before.every(({ difference: was }) => {
      const is = candidates.get(was.key)?.difference;
      return is !== undefined && is.found === was.found && is.expected === was.expected;
    });
  const hasHalt = state.halts.has(KIND);
  if (isSame && hasHalt === confirmed.length > 0) return confirmed.map((each) => each.difference);
  await journal.run(async (tx, draft) => {
    const nowMs = Math.floor(ports.clock.now());
    for (const { difference, firstMs } of confirmed) {
      await tx.saveDifference(account, difference, firstMs);
      if (before.some(({ difference: { key } }) => key === difference.key)) continue;
      ports.metrics.reconciliationFinding('difference', 1);
      const text = differenceText(difference, firstMs);
      draft.events.push({ kind: 'difference.found', account, key: difference.key, text });
      ports.log.error({ difference: text }, 'ledger and venue differ');
    }
    for (const { difference } of before) {
      // What is still seen stays open, although a restart has forgotten that it was confirmed.
      if (candidates.has(difference.key)) continue;
      const end = { state: 'explained', by: 'desk', reason: '', atMs: nowMs } as const;
      await tx.endDifference(account, difference.key, end);
      const { key } = difference;
      draft.events.push({ kind: 'difference.ended', account, key, how: 'explained' });
      ports.log.info({ difference: key }, 'a difference is gone');
    }
    const open = await tx.openDifferences(account);
    const reason = open
      .slice(0, NAMED_MAX)
      .map(({ difference, sinceMs }) => differenceText(difference, sinceMs))
      .join(' | ');
    const more = open.length > NAMED_MAX ? ` | and ${open.length - NAMED_MAX} more` : '';
    if (hasHalt) await liftHalt(desk, tx, draft, { kind: KIND, nowMs });
    if (open.length === 0) return;
    const since = Math.min(...open.map(({ sinceMs }) => sinceMs));
    await raiseHalt(desk, tx, draft, {
      kind: KIND,
      sinceMs: Math.floor(since),
      reason: `${reason}${more}`,
      liftedBy: LIFTED_BY[KIND],
    });
  });
  return confirmed.map((each) => each.difference);
}
