/** The venue's trading rules: read again now and then, shared as a state, and asked for halts. */
import type { Bus } from '#bus/bus.ts';
import { instruments } from '#bus/states.ts';
import { venueInstruments } from '#cache/kinds.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { Instrument } from '#core/model/instrument.ts';
import type { Pair } from '#core/model/pair.ts';
import { readUsable } from '#exchange/known-instruments.ts';
import type { MarketReads } from '#exchange/market-data.ts';
import type { Log } from '#platform/log/log.ts';
import type { DataMetrics } from './metrics.ts';

export interface InstrumentDesk {
  /** A pair joins; its rules are shared by the next refresh at the latest. */
  follow(instrument: Instrument): void;
  /** Nobody follows it any more: its state goes with the next refresh. */
  forget(pair: Pair): void;
  /** Reads the rules from the venue and shares what changed. */
  refresh(): Promise<void>;
  /** Shares all of them. */
  publish(): Promise<void>;
  /** The venue does not trade this pair now: a break, a halt, or the end of its data. */
  isHalted(pair: Pair): boolean;
  isAllHalted(): boolean;
}

const HALTED: ReadonlySet<string> = new Set(['halted', 'cancel-only']);

export function createInstrumentDesk(options: {
  known: readonly Instrument[];
  reads: Pick<MarketReads, 'instruments'>;
  bus: Pick<Bus, 'set' | 'remove'>;
  log: Pick<Log, 'info'>;
  metrics: { readonly rulesChanged: Pick<DataMetrics['rulesChanged'], 'inc'> };
  /** Has the whole list of the venue's rules, which would be kept for long. */
  shared: Pick<SharedCache, 'invalidate'>;
  signal: AbortSignal;
}): InstrumentDesk {
  const { bus, log, metrics } = options;
  const rules = new Map<Pair, Instrument>(options.known.map((one) => [one.pair, one]));
  // What Redis has; a failed write is made up for with the next refresh.
  const shared = new Map<Pair, string>();
  /** Left, and perhaps still in Redis. */
  const gone = new Set<Pair>();
  /** In use and not among what the venue has: asked for alone, as each refuses a question with others. */
  const missing = new Set<Pair>();
  /** Made up for with the next refresh when it could not be told. */
  let isToldOfAll = true;

  async function share(instrument: Instrument): Promise<void> {
    const text = JSON.stringify(instrument);
    if (shared.get(instrument.pair) === text) return;
    await bus.set(instruments, instrument.pair, instrument);
    shared.set(instrument.pair, text);
  }

  async function shareAll(): Promise<void> {
    for (const instrument of rules.values()) await share(instrument);
    for (const pair of gone) {
      if (!rules.has(pair)) await bus.remove(instruments, pair);
      gone.delete(pair);
    }
  }

  function take(before: Instrument, now: Instrument): void {
    const { pair, status } = now;
    rules.set(pair, now);
    if (JSON.stringify(before) === JSON.stringify(now)) return;
    metrics.rulesChanged.inc({ pair });
    log.info({ pair, status }, 'trading rules changed');
    isToldOfAll = false;
  }

  const isHalted = (pair: Pair): boolean => HALTED.has(rules.get(pair)?.status ?? '');

  return {
    follow: (instrument) => void rules.set(instrument.pair, instrument),
    forget: (pair) => {
      rules.delete(pair);
      shared.delete(pair);
      missing.delete(pair);
      gone.add(pair);
    },
    refresh: async () => {
      const asked = [...rules.keys()];
      const found = new Map((await readAll(options, asked, missing)).map((one) => [one.pair, one]));
      for (const pair of asked) {
        const before = rules.get(pair);
        // It has left while the venue was asked.
        if (before === undefined) continue;
        const now = found.get(pair);
        if (now === undefined) missing.add(pair);
        else missing.delete(pair);
        take(before, now ?? { ...before, status: 'halted' });
      }
      await shareAll();
      if (isToldOfAll) return;
      await options.shared.invalidate(venueInstruments);
      isToldOfAll = true;
    },
    publish: async () => {
      shared.clear();
      await shareAll();
    },
    isHalted,
    isAllHalted: () => [...rules.keys()].every(isHalted),
  };
}

async function readAll(
  {
    reads,
    signal,
  }: { readonly reads: Pick<MarketReads, 'instruments'>; readonly signal: AbortSignal },
  pairs: readonly Pair[],
  missing: ReadonlySet<Pair>,
): Promise<readonly Instrument[]> {
  const there = pairs.filter((pair) => !missing.has(pair));
  const found = there.length > 0 ? [...(await readUsable(reads, there, signal))] : [];
  for (const pair of pairs) {
    if (missing.has(pair)) found.push(...(await readUsable(reads, [pair], signal)));
  }
  return found;
}
