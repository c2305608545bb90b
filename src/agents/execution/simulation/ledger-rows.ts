import type { Fill } from '#core/model/fill.ts';
import type { Order } from '#core/model/order.ts';
import type { LedgerReader, Page } from '#ledger/reader.ts';

const PAGE = 1_000;

export function allOrders(reader: LedgerReader, account: string): Promise<Order[]> {
  return allPages((page) => reader.orders({ account, ...page }));
}

export function allFills(reader: LedgerReader, account: string): Promise<Fill[]> {
  return allPages((page) => reader.fills({ account, ...page }));
}

export function allIntents(reader: LedgerReader) {
  return allPages((page) => reader.intents(page));
}

async function allPages<T>(
  read: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    rows.push(...page.rows);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return rows;
}
