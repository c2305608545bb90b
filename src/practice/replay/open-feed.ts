import { openCandles } from './candle-feed.ts';
import { openCsv } from './csv-rows.ts';
import type { Feed } from './feed.ts';
import { openTrades } from './trade-feed.ts';

/** A file of candles or of trades; its header tells which. */
export function openFeed(file: string, seed: number): Feed {
  const table = openCsv(file);
  const isTrades = table.header.includes('price') && !table.header.includes('open');
  return isTrades ? openTrades(table) : openCandles(table, seed);
}
