import { z } from 'zod';

/** One line of the checklist: what was found, what is needed, and whether that is enough. */
export const CheckLine = z.strictObject({
  name: z.string(),
  found: z.string(),
  needed: z.string(),
  isOk: z.boolean(),
});
export type CheckLine = Readonly<z.output<typeof CheckLine>>;

/** What `promote` asks execution, or the ledger of a desk that is down, to write. */
export const PromotionNote = z.strictObject({
  decisionHash: z.string().regex(/^[0-9a-f]{64}$/),
  venue: z.string().min(1),
  checklist: z.array(CheckLine),
});
export type PromotionNote = Readonly<z.output<typeof PromotionNote>>;

export interface PromotionRecord {
  readonly seq: number;
  readonly kind: 'promoted' | 'demoted';
  readonly atMs: number;
  readonly decisionHash: string;
  readonly venue: string;
  /** The venue's id of the account; undefined until the desk has traded on one. */
  readonly venueAccount: string | undefined;
  readonly by: string;
  readonly origin: string;
  readonly reason: string;
  readonly checklist: readonly CheckLine[];
}

/** What a start is compared with. */
export interface PromotionSubject {
  readonly decisionHash: string;
  readonly venue: string;
  readonly venueAccount: string | undefined;
}

export type Standing =
  | { readonly kind: 'valid'; readonly record: PromotionRecord }
  | { readonly kind: 'never' }
  | { readonly kind: 'demoted'; readonly record: PromotionRecord }
  | { readonly kind: 'other-decision'; readonly record: PromotionRecord }
  | { readonly kind: 'other-account'; readonly record: PromotionRecord };

/**
 * Whether a desk may trade real money: the newest record of this venue says so for exactly this way
 * of deciding and this account. A record of another venue, practice included, says nothing here.
 */
export function standing(records: readonly PromotionRecord[], subject: PromotionSubject): Standing {
  const here = records.filter(({ venue }) => venue === subject.venue);
  const newest = here.toSorted((a, b) => a.seq - b.seq).at(-1);
  if (newest === undefined) return { kind: 'never' };
  if (newest.kind === 'demoted') return { kind: 'demoted', record: newest };
  const isOtherAccount =
    newest.venueAccount !== undefined &&
    subject.venueAccount !== undefined &&
    newest.venueAccount !== subject.venueAccount;
  if (isOtherAccount) return { kind: 'other-account', record: newest };
  if (newest.decisionHash !== subject.decisionHash) {
    return { kind: 'other-decision', record: newest };
  }
  return { kind: 'valid', record: newest };
}

/** What has to be shown: everything, or a short run because the desk has shown it here before. */
export function neededRun(
  records: readonly PromotionRecord[],
  venue: string,
): { readonly isRerun: boolean; readonly sinceMs: number } {
  const here = records.filter((record) => record.venue === venue);
  const demoted = here.filter(({ kind }) => kind === 'demoted').at(-1);
  return {
    isRerun: here.some(({ kind }) => kind === 'promoted'),
    // After a breach nothing that was shown before it counts.
    sinceMs: demoted?.atMs ?? 0,
  };
}

export function standingText(now: Standing): string {
  switch (now.kind) {
    case 'valid':
      return `promoted ${day(now.record)} by ${now.record.by}`;
    case 'never':
      return 'this desk was never promoted on this venue';
    case 'demoted':
      return `demoted ${day(now.record)}: ${now.record.reason}`;
    case 'other-decision':
      return `promoted ${day(now.record)}, but what decides has changed since (${short(now.record)} then)`;
    case 'other-account':
      return `promoted ${day(now.record)} for another account of the venue`;
  }
}

function day({ atMs }: PromotionRecord): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function short({ decisionHash }: PromotionRecord): string {
  return decisionHash.slice(0, 8);
}
