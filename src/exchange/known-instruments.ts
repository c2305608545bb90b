import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import type { MarketReads } from './market-data.ts';
import { isUnknownPair } from './unknown-pair.ts';

/** The pairs a venue is used for, as they join and leave. */
export interface KnownInstruments {
  all(): readonly Instrument[];
  learn(pairs: readonly Pair[], signal?: AbortSignal): Promise<readonly Instrument[]>;
  forget(pairs: readonly Pair[]): void;
}

export async function keepInstruments(
  first: readonly Instrument[],
  ports: {
    readonly reads: Pick<MarketReads, 'instruments'>;
    /** Before anything of a new pair is asked, and after one has left. */
    readonly onChange: (instruments: readonly Instrument[]) => void;
    /** Makes the client spell these. */
    readonly loadMarkets: (instruments: readonly Instrument[]) => Promise<void>;
  },
): Promise<KnownInstruments> {
  let known = first;
  const { reads, onChange, loadMarkets } = ports;
  onChange(known);
  await loadMarkets(known);
  return {
    all: () => known,
    learn: async (pairs, signal) => {
      const strange = pairs.filter((pair) => !known.some((one) => one.pair === pair));
      if (strange.length > 0) {
        const found = await readUsable(reads, strange, signal);
        await loadMarkets([...known, ...found]);
        known = [...known, ...found];
        onChange(known);
      }
      return known.filter(({ pair }) => pairs.includes(pair));
    },
    forget: (pairs) => {
      known = known.filter(({ pair }) => !pairs.includes(pair));
      onChange(known);
    },
  };
}

/** The pairs that the venue has. Binance refuses a question with one unknown symbol and does not say which: then each alone. */
export async function readUsable(
  reads: Pick<MarketReads, 'instruments'>,
  pairs: readonly Pair[],
  signal: AbortSignal | undefined,
): Promise<readonly Instrument[]> {
  try {
    return await reads.instruments(pairs, signal);
  } catch (error: unknown) {
    if (!isUnknownPair(error)) throw error;
    const found: Instrument[] = [];
    if (pairs.length === 1) return found;
    for (const pair of pairs) found.push(...(await readUsable(reads, [pair], signal)));
    return found;
  }
}
