import type { LedgerReader, RowFilter } from './reader.ts';
import type { RoundTrip } from './records.ts';

const PAGE = 1_000;

/** Closed trades newest first over all pages, at most `limit`. */
export async function readTrades(
  reader: Pick<LedgerReader, 'roundTrips'>,
  filter: Omit<RowFilter, 'cursor'>,
): Promise<readonly RoundTrip[]> {
  const trades: RoundTrip[] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? {} : { cursor };
    const limit = Math.min(PAGE, filter.limit - trades.length);
    const page = await reader.roundTrips({ ...filter, ...from, limit });
    trades.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== undefined && trades.length < filter.limit);
  return trades;
}
