import { breachOf } from '#core/promotion/breach.ts';
import { LIFTED_BY } from '#core/risk/halts.ts';
import type { OperatorCommand } from '#core/model/operator-command.ts';
import { raiseHalt } from '../account-mark.ts';
import type { Desk } from '../desk.ts';
import { commandItem } from '../inbox.ts';
import type { PromotionWatch } from './begin.ts';

/**
 * Takes the promotion away when what it was given for does not hold any more: record, halt, and the
 * next start in production is refused. Returns the command that sells what is held, unless the
 * config keeps it; it is in the inbox with the same commit, so that a death in between forgets none.
 */
export async function demoteOnBreach(
  desk: Desk,
  { facts, startedMs }: Pick<PromotionWatch, 'facts' | 'startedMs'>,
): Promise<OperatorCommand | undefined> {
  const { ports, state, journal } = desk;
  if (facts.mode !== 'production' || state.halts.has('demoted')) return undefined;
  const nowMs = Math.floor(ports.clock.now());
  // Whoever started knew of what was there before.
  const halts = [...state.halts.values()].filter(({ sinceMs }) => sinceMs >= startedMs);
  const reason = breachOf(halts, nowMs, facts.config.demotion);
  if (reason === undefined) return undefined;
  const about = { by: 'desk', reason: `demoted: ${reason}`, issuedMs: nowMs };
  const sale: OperatorCommand = { id: `demoted-${nowMs}`, kind: 'flatten', ...about };
  const isSelling = facts.config.demotion.positions === 'flatten';
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
    draft.events.push({ kind: 'promotion.changed', change: 'demoted', by: 'desk', reason });
    const halt = { kind: 'demoted', sinceMs: nowMs, reason, liftedBy: LIFTED_BY.demoted } as const;
    await raiseHalt(desk, tx, draft, halt);
    if (isSelling) await tx.receive(commandItem(sale, nowMs));
  });
  ports.log.error({ reason }, 'demoted: production is refused until the desk is promoted again');
  return isSelling ? sale : undefined;
}
