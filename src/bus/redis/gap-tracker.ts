/** What a message's place in its sender's sequence says. */
export type Arrival =
  | { readonly kind: 'next' }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'gap'; readonly missed: number };

// One desk has some ten senders; old ones are forgotten first.
const SENDERS_MAX = 256;

/**
 * Sees what was missed from the senders of one topic. The first message of a sender is where we
 * joined, so nothing counts as missed before it; a restarted sender counts from 1 again.
 */
export function gapTracker(): {
  see(sender: string, epoch: string, sequence: number): Arrival;
} {
  const last = new Map<string, { epoch: string; sequence: number }>();

  return {
    see: (sender, epoch, sequence) => {
      const before = last.get(sender);
      if (before?.epoch === epoch && sequence <= before.sequence) return { kind: 'repeated' };
      last.delete(sender);
      last.set(sender, { epoch, sequence });
      if (last.size > SENDERS_MAX) {
        const [oldest] = last.keys();
        if (oldest !== undefined) last.delete(oldest);
      }
      if (before === undefined) return { kind: 'next' };
      const expected = before.epoch === epoch ? before.sequence + 1 : 1;
      const missed = sequence - expected;
      return missed > 0 ? { kind: 'gap', missed } : { kind: 'next' };
    },
  };
}
