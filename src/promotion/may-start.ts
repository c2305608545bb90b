import {
  type PromotionRecord,
  standing,
  standingText,
  type Standing,
} from '#core/promotion/promotion-record.ts';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { PromotionFacts } from './promotion-subject.ts';
import { existsSync } from 'node:fs';

export type StartVerdict =
  | { readonly kind: 'allowed'; readonly standing: Standing }
  | { readonly kind: 'overridden'; readonly standing: Standing; readonly reason: string }
  | { readonly kind: 'refused'; readonly standing: Standing; readonly text: string };

/** Whether orders with real money may be sent: asked before anything starts and again by execution. */
export function mayStart(
  facts: PromotionFacts,
  records: readonly PromotionRecord[],
  by: { readonly venueAccount: string | undefined; readonly override: string | undefined },
): StartVerdict {
  const { decisionHash, venue } = facts;
  const now = standing(records, { decisionHash, venue, venueAccount: by.venueAccount });
  if (now.kind === 'valid') return { kind: 'allowed', standing: now };
  if (by.override !== undefined) {
    return { kind: 'overridden', standing: now, reason: by.override };
  }
  const text = `production is refused: ${standingText(now)} (${venue}, decision ${decisionHash.slice(0, 8)}). "./start-bot.sh promote" shows what is missing; --override "REASON" starts it all the same, which is recorded`;
  return { kind: 'refused', standing: now, text };
}

/** The records of a ledger that may not be there yet. */
export async function promotionsOf(ledgerPath: string): Promise<readonly PromotionRecord[]> {
  if (!existsSync(ledgerPath)) return [];
  const reader = await openLedgerReader(ledgerPath);
  try {
    return await reader.promotions();
  } finally {
    await reader.close();
  }
}
