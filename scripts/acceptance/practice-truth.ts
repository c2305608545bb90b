/** What the practice exchange itself says it closed, asked over REST: the ground truth. */
import { z } from 'zod';

const Kline = z.tuple([z.int()], z.unknown());
const Info = z.looseObject({
  symbols: z.array(
    z.looseObject({ symbol: z.string(), baseAsset: z.string(), quoteAsset: z.string() }),
  ),
});
const PAGE = 1_000;

/** Symbols by pair, as `BTC/USDT` to `BTCUSDT`. */
export async function practicePairs(url: string): Promise<ReadonlyMap<string, string>> {
  const { symbols } = Info.parse(await getJson(`${url}/api/v3/exchangeInfo`));
  return new Map(symbols.map((row) => [`${row.baseAsset}/${row.quoteAsset}`, row.symbol]));
}

/**
 * Keeps the close times of every 1s candle of every pair since `fromMs`. Asked again before the
 * exchange is killed, since one that comes back may not know all it served.
 */
export interface PracticeTruth {
  collect(untilMs: number): Promise<void>;
  readonly closes: ReadonlyMap<string, ReadonlySet<number>>;
}

export function practiceTruth(options: {
  readonly url: string;
  readonly pairs: ReadonlyMap<string, string>;
  readonly fromMs: number;
}): PracticeTruth {
  const closes = new Map([...options.pairs.keys()].map((pair) => [pair, new Set<number>()]));
  return {
    closes,
    collect: async (untilMs) => {
      for (const [pair, symbol] of options.pairs) {
        const times = closes.get(pair);
        let startMs = options.fromMs;
        while (startMs < untilMs) {
          const query = `symbol=${symbol}&interval=1s&startTime=${startMs}&limit=${PAGE}`;
          const rows = z
            .array(Kline)
            .parse(await getJson(`${options.url}/api/v3/klines?${query}`))
            .map(([openMs]) => openMs);
          for (const openMs of rows) if (openMs + 1_000 <= untilMs) times?.add(openMs + 1_000);
          startMs = rows.length < PAGE ? untilMs : (rows.at(-1) ?? untilMs) + 1_000;
        }
      }
    },
  };
}

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}
