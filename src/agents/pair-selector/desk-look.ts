/** What the selector knows of the desk itself: its open positions and how its trades went. */
import type { Bus } from '#bus/bus.ts';
import { positions } from '#bus/states.ts';
import type { Pair } from '#core/model/pair.ts';
import type { PairRecord } from '#core/pairs/facts.ts';
import { readTrades } from '#ledger/read-trades.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import type { RoundTrip } from '#ledger/records.ts';
import { errorText } from '#platform/errors.ts';

const DAY_MS = 86_400_000;
const TRADES_MAX = 5_000;

export interface DeskLook {
  /** Undefined when neither the ledger nor Redis can say. */
  held(): Promise<ReadonlySet<Pair> | undefined>;
  records(days: number): Promise<ReadonlyMap<Pair, PairRecord>>;
}

export function lookAtDesk(options: {
  readonly bus: Pick<Bus, 'all'>;
  readonly ledger: Pick<LedgerSource, 'read'>;
  readonly log: { debug(fields: object, message: string): void };
  readonly now: () => number;
  readonly account: string;
}): DeskLook {
  const { bus, ledger, log, now, account } = options;

  async function known(
    source: () => Promise<readonly Pair[]>,
  ): Promise<readonly Pair[] | undefined> {
    try {
      return await source();
    } catch (error) {
      log.debug({ reason: errorText(error) }, 'positions cannot be read here');
      return undefined;
    }
  }

  return {
    held: async () => {
      // The ledger knows before Redis does, Redis while the ledger is being made.
      const [written, told] = await Promise.all([
        known(async () => pairsOf(await ledger.read((reader) => reader.positions(account)))),
        known(async () => pairsOf([...(await bus.all(positions)).values()])),
      ]);
      if (written === undefined && told === undefined) return undefined;
      return new Set([...(written ?? []), ...(told ?? [])]);
    },
    records: async (days) => {
      const sinceMs = now() - days * DAY_MS;
      const filter = { account, sinceMs, limit: TRADES_MAX };
      return recordsOf(await ledger.read((reader) => readTrades(reader, filter)));
    },
  };
}

function pairsOf(items: readonly { readonly pair: Pair; readonly qty: string }[]): readonly Pair[] {
  return items.filter(({ qty }) => Number(qty) > 0).map(({ pair }) => pair);
}

/** Profit over what was put in, all trades of a pair together; for ranking, not for books. */
export function recordsOf(trades: readonly RoundTrip[]): ReadonlyMap<Pair, PairRecord> {
  const sums = new Map<Pair, { trades: number; bought: number; profit: number }>();
  for (const { pair, boughtQuote, profitQuote } of trades) {
    const sum = sums.get(pair) ?? { trades: 0, bought: 0, profit: 0 };
    sums.set(pair, {
      trades: sum.trades + 1,
      bought: sum.bought + Number(boughtQuote),
      profit: sum.profit + Number(profitQuote),
    });
  }
  return new Map(
    [...sums].map(([pair, { trades: count, bought, profit }]) => {
      return [pair, { trades: count, profitFraction: bought > 0 ? profit / bought : 0 }] as const;
    }),
  );
}
