import { existsSync } from 'node:fs';
import type { TimeRange } from '#ledger/reader.ts';
import { connectSqlite } from '#ledger/sqlite/connection.ts';

/** How many candle closes within the times have a recorded decision, whatever it was. */
export function decidedCandles(
  historyPath: string,
  timeframe: string,
  times: readonly TimeRange[],
): number {
  if (!existsSync(historyPath)) return 0;
  const connection = connectSqlite({ path: historyPath, isReadOnly: true, lockWaitMs: 1_000 });
  try {
    return times.reduce((sum, { fromMs, toMs }) => {
      const [row] = connection.all(COUNT, [timeframe, fromMs, toMs]);
      return sum + Number((row as { closes: number }).closes);
    }, 0);
  } finally {
    connection.close();
  }
}

// A close is decided once for each variant; promotion asks whether it was decided at all.
const COUNT = `select count(*) as closes from (
  select distinct pair, close_ms from decisions
  where timeframe = ? and close_ms >= ? and close_ms < ?
)`;
