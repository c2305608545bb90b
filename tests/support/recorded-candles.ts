/** Compares candles that a replay served with the file they come from. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { World, WorldEvent, WorldKline } from '#practice/world.ts';

interface Row {
  readonly timeMs: number;
  readonly prices: readonly number[];
  readonly volume: number;
}

const rowsByFile = new Map<string, Map<number, Row>>();

/** The rows of a candle file by their time, parsed apart from the code under test. */
export function rowsOf(file: string): Map<number, Row> {
  const known = rowsByFile.get(file);
  if (known !== undefined) return known;
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const rows = new Map<number, Row>();
  for (const line of text.trim().split('\n').slice(1)) {
    const [timeMs = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] = line
      .split(',')
      .map(Number);
    rows.set(timeMs, { timeMs, prices: [open, high, low, close], volume });
  }
  rowsByFile.set(file, rows);
  return rows;
}

/** Which served candles are not what was recorded at their time, in prices and volume. */
export function differences(
  world: World,
  symbol: string,
  klines: readonly WorldKline[],
  file: string,
): unknown[] {
  const spec = world.specs.find((entry) => entry.symbol === symbol);
  const rows = rowsOf(file);
  const round = (value: number): number => Number(value.toFixed(8));
  return klines.flatMap((kline) => {
    const row = rows.get(world.recordedTime?.(kline.openMs) ?? 0);
    const unit = 10 ** (spec?.priceDigits ?? 0);
    const { openTicks, highTicks, lowTicks, closeTicks } = kline;
    const prices = [openTicks, highTicks, lowTicks, closeTicks].map((ticks) => round(ticks / unit));
    const volume = round(kline.lots / 10 ** (spec?.qtyDigits ?? 0));
    const isEqual =
      row !== undefined &&
      prices.every((price, i) => price === row.prices[i]) &&
      Math.abs(volume - row.volume) < 1e-8;
    return isEqual ? [] : [{ kline, row, prices, volume }];
  });
}

/** The one-second candles of a symbol, as they were closed. */
export function closesOf(events: readonly WorldEvent[], symbol: string): WorldKline[] {
  return events.flatMap((event) =>
    event.kind === 'klineClosed' && event.symbol === symbol && event.interval === '1s'
      ? [event.kline]
      : [],
  );
}
