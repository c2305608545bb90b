import { breachOf } from '#core/promotion/breach.ts';
import { LIFTED_BY } from '#core/risk/halts.ts';
import { raiseHalt } from '../account-mark.ts';
import type { Desk } from '../desk.ts';
import type { PromotionWatch } from './begin.ts';

/**
 * Takes the promotion away when what it was given for does not hold any more: record, halt, and the
 * next start in production is refused. True when that has just happened; what is held is then sold
 * or kept as the config says.
 */
export async function demoteOnBreach(
  desk: Desk,
  { facts, startedMs }: Pick<PromotionWatch, 'facts' | 'startedMs'>,
): Promise<string | undefined> {
  const { ports, state, journal } = desk;
  if (facts.mode !== 'production' || state.halts.has('demoted')) return undefined;
  const nowMs = Math.floor(ports.clock.now());
  // Whoever started knew of what was there before.
  const halts = [...state.halts.values()].filter(({ sinceMs }) => sinceMs >= startedMs);
  const reason = breachOf(halts, nowMs, facts.config.demotion);
  if (reason === undefined) return undefined;
  await journal.run(async (tx, draft) => {
    await tx.recordPromotion({
      kind: 'demoted',
      atMs: nowMs,
      decisionHash: facts.decisionHash,
      venue: facts.venue,
      venueAccount: undefined,
      by: 'desk',
      origin: '',
      reason,
      checklist: [],
    });
    const halt = { kind: 'demoted', sinceMs: nowMs, reason, liftedBy: LIFTED_BY.demoted } as const;
    await raiseHalt(desk, tx, draft, halt);
  });
  ports.log.error({ reason }, 'demoted: production is refused until the desk is promoted again');
  return reason;
}
