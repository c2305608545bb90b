import type { Side } from '#practice/engine/order.ts';
import { symbolOfFile } from './csv-rows.ts';
import type { CsvTable } from './csv-rows.ts';
import { DecimalColumn } from './decimal-column.ts';
import { indexFrom, recordedSpec } from './feed.ts';
import type { Block, Feed } from './feed.ts';
import type { Print } from './price-path.ts';
import { quoted, RowChecks } from './row-checks.ts';

const SECOND_MS = 1000;

/** What the taker did, as the two layouts in use write it: by side, or by who waited. */
const TAKER_SIDES: Readonly<Record<string, Readonly<Record<string, Side>>>> = {
  side: { buy: 'buy', sell: 'sell' },
  buyer_maker: { true: 'sell', false: 'buy', '1': 'sell', '0': 'buy' },
  is_buyer_maker: { true: 'sell', false: 'buy', '1': 'sell', '0': 'buy' },
};

interface TradeColumns {
  readonly times: Float64Array;
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
  readonly isBuy: Uint8Array;
}

/** Reads a file of recorded trades whole (25 bytes a trade); a block is a second of them. */
export function openTrades(table: CsvTable): Feed {
  const { columns, spec } = readTrades(table);
  const { times } = columns;
  let next = 0;
  const secondOf = (index: number): number =>
    Math.floor((times[index] ?? 0) / SECOND_MS) * SECOND_MS;
  return {
    file: table.file,
    spec,
    intervalMs: SECOND_MS,
    fromMs: secondOf(0),
    toMs: secondOf(times.length - 1) + SECOND_MS,
    isSilenceQuiet: true,
    seek: (recordedMs) => {
      next = indexFrom(times, recordedMs);
    },
    nextMs: () => (next < times.length ? secondOf(next) : undefined),
    take: () => {
      const from = next;
      next = indexFrom(times, secondOf(from) + SECOND_MS);
      return blockOf(columns, { from, to: next, recordedMs: secondOf(from) });
    },
  };
}

function blockOf(
  columns: TradeColumns,
  of: { from: number; to: number; recordedMs: number },
): Block {
  const prints: Print[] = [];
  for (let i = of.from; i < of.to; i += 1) {
    prints.push({
      at: ((columns.times[i] ?? 0) - of.recordedMs) / SECOND_MS,
      ticks: columns.ticks[i] ?? 1,
      lots: columns.lots[i] ?? 1,
      takerSide: columns.isBuy[i] === 1 ? 'buy' : 'sell',
    });
  }
  return { recordedMs: of.recordedMs, spanMs: SECOND_MS, prints };
}

function readTrades(table: CsvTable): { columns: TradeColumns; spec: Feed['spec'] } {
  const checks = new RowChecks(table);
  const at = checks.columns({
    timestamp: ['timestamp', 'time'],
    price: ['price'],
    quantity: ['quantity', 'qty', 'amount'],
    taker: Object.keys(TAKER_SIDES),
  });
  const sides = TAKER_SIDES[table.header[at.taker] ?? ''] ?? {};
  const times = new Float64Array(table.rowsMax);
  const isBuy = new Uint8Array(table.rowsMax);
  const price = new DecimalColumn();
  const quantity = new DecimalColumn();
  let rows = 0;
  for (const { line, cells } of table.rows()) {
    const timeMs = checks.time(cells[at.timestamp], line);
    const before = times[rows - 1];
    if (before !== undefined && timeMs < before) {
      const expected = `a time not before the row before (${before})`;
      checks.add({ line, column: 'timestamp', found: String(timeMs), expected });
    }
    const side = sides[(cells[at.taker] ?? '').trim().toLowerCase()];
    if (side === undefined) {
      const expected = `one of ${Object.keys(sides).join(', ')}`;
      checks.add({ line, column: 'side', found: quoted(cells[at.taker]), expected });
    }
    isBuy[rows] = side === 'buy' ? 1 : 0;
    times[rows++] = timeMs;
    price.push(checks.amount(cells[at.price], { line, column: 'price' }));
    quantity.push(checks.amount(cells[at.quantity], { line, column: 'quantity' }));
  }
  if (rows === 0) checks.add({ line: 2, found: 'no rows', expected: 'one trade at least' });
  checks.throwAny();
  const ticks = price.inDigits(price.digits);
  const spec = recordedSpec({
    name: symbolOfFile(table.file),
    priceDigits: price.digits,
    qtyDigits: quantity.digitsThatFit(quantity.digits),
    price: (ticks[0] ?? 1) / 10 ** price.digits,
  });
  // Dust below one lot still was a trade.
  const lots = quantity.inDigits(spec.qtyDigits).map((value) => Math.max(1, value));
  return {
    columns: { times: times.slice(0, rows), ticks, lots, isBuy: isBuy.slice(0, rows) },
    spec,
  };
}
