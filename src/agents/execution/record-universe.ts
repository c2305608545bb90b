/**
 * Writes each change of the universe into the audit, as execution hears of it: which pairs could be
 * bought, since when and why. The pair-selector chooses and tells; the ledger has one writer, and what
 * counts is what the gate went by.
 *
 * 1. A row is the difference to the row before it, across restarts too: what changed while execution
 *    was down, or in one of its transactions, is in the next one.
 * 2. Nobody waits for it. A write that failed is made up for when the universe is heard again.
 */
import { z } from 'zod';
import { isOutdated, Standing, type Universe } from '#core/model/universe.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { jsonOf } from '#platform/json-of.ts';

const KIND = 'universe.changed';

const Standings = z.record(z.string(), Standing);
type Standings = Readonly<z.output<typeof Standings>>;
const Payload = z.looseObject({ standings: Standings });

interface Change {
  readonly pair: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export function recordUniverse(options: {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly now: () => number;
  readonly background: (name: string, work: Promise<unknown>) => void;
}): (universe: Universe) => void {
  const { ledger, now, background } = options;
  let heard: Universe | undefined;
  /** As the audit has them; undefined until it was asked. */
  let written: Standings | undefined;
  let isWriting = false;

  async function write(universe: Universe): Promise<void> {
    const standings = standingsOf(universe);
    await ledger.transaction(async (tx) => {
      const before = written ?? (await readBefore(tx));
      const changes = changesBetween(before, standings, universe);
      if (changes.length === 0) return;
      const { version, atMs } = universe;
      const about = { atMs: now(), kind: KIND, ref: `version ${version}` } as const;
      const payload = { version, atMs, changes, standings };
      await tx.audit({ ...about, who: 'desk', origin: '', why: '', payload });
    });
    written = standings;
  }

  async function writeHeard(): Promise<void> {
    try {
      for (let last; last !== heard && heard !== undefined;) {
        last = heard;
        await write(last);
      }
    } finally {
      isWriting = false;
    }
  }

  return (universe) => {
    if (isOutdated(universe, heard)) return;
    heard = universe;
    if (isWriting || (written !== undefined && isSame(written, standingsOf(universe)))) return;
    isWriting = true;
    background('audit of the universe', writeHeard());
  };
}

async function readBefore(
  tx: Parameters<Parameters<Ledger['transaction']>[0]>[0],
): Promise<Standings> {
  const text = await tx.lastAudited(KIND);
  return Payload.safeParse(text === undefined ? undefined : jsonOf(text)).data?.standings ?? {};
}

function standingsOf({ pairs }: Universe): Standings {
  return Object.fromEntries(pairs.map(({ pair, standing }) => [pair, standing]));
}

function isSame(one: Standings, other: Standings): boolean {
  const pairs = Object.keys(one);
  return (
    pairs.length === Object.keys(other).length && pairs.every((pair) => one[pair] === other[pair])
  );
}

function changesBetween(before: Standings, after: Standings, universe: Universe): Change[] {
  const reasons = new Map<string, string>(universe.pairs.map(({ pair, why }) => [pair, why]));
  const pairs = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...pairs].flatMap((pair) => {
    const [from, to] = [before[pair] ?? 'out', after[pair] ?? 'out'];
    const why = reasons.get(pair) ?? removalOf(universe, pair);
    return from === to ? [] : [{ pair, from, to, why }];
  });
}

/** In the words of the step that removed it, where the chain still shows it. */
function removalOf({ chain }: Universe, pair: string): string {
  for (const { step, removed } of chain) {
    const found = removed.find((one) => one.pair === pair);
    if (found !== undefined) return `${step}: ${found.why}`;
  }
  return 'no longer in the chain, or its position is closed';
}
