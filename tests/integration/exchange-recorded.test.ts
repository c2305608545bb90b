/** Real recordings of Binance through our parsers. Skipped where the recordings are absent. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Instrument } from '#core/model/instrument.ts';
import { parseMarketEvent } from '#exchange/binance-events.ts';
import type { DepthDiff } from '#exchange/binance-events.ts';
import { createDepthBook } from '#exchange/depth-book.ts';
import type { BookLevel } from '#exchange/depth-book.ts';
import { instrumentOf } from '#exchange/filters.ts';

const DATA = resolve(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const INFO = resolve(DATA, 'payloads', 'binance-spot-exchangeInfo-2024-09-08.json.gz');
const STREAM = resolve(DATA, 'market', 'binance-spot-btcusdt-20240808.ws.txt.gz');

function read(path: string): string {
  return gunzipSync(readFileSync(path)).toString('utf8');
}

interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: BookLevel[];
  readonly asks: BookLevel[];
}

describe.skipIf(!existsSync(INFO))(
  'a recorded exchangeInfo (skipped without ../shared/data)',
  () => {
    it('gives an instrument for every symbol that can be traded on spot', () => {
      const info = JSON.parse(read(INFO)) as { symbols: { status: string; symbol: string }[] };
      const instruments = info.symbols.flatMap((symbol) => instrumentOf(symbol) ?? []);
      const trading = info.symbols.filter(({ status }) => status === 'TRADING');
      const known = new Set(instruments.map(({ venueSymbol }) => venueSymbol));

      expect(instruments.length).toBeGreaterThan(1_000);
      expect(instruments.every((one) => Instrument.safeParse(one).success)).toBe(true);
      expect(trading.filter(({ symbol }) => !known.has(symbol))).toEqual([]);
    });
  },
);

describe.skipIf(!existsSync(STREAM))('a recorded stream (skipped without ../shared/data)', () => {
  it('parses whole, and its book never breaks and agrees with the best bid and ask', () => {
    const book = createDepthBook();
    const tops = new Map<number, string>();
    const counts = { book: 0, quote: 0, bad: 0, broken: 0, agreeing: 0, compared: 0 };

    function onDiff(diff: DepthDiff): void {
      counts.book += 1;
      if (book.diff(diff) === 'broken') counts.broken += 1;
      const top = book.top(1);
      const quoted = tops.get(diff.u);
      if (top === undefined || quoted === undefined) return;
      counts.compared += 1;
      if (`${top.bids[0]?.[0]} ${top.asks[0]?.[0]}` === quoted) counts.agreeing += 1;
    }

    function onMessage(message: unknown): void {
      const event = parseMarketEvent(message);
      if (event === 'bad') counts.bad += 1;
      if (typeof event !== 'object') return;
      if (event.kind === 'book') onDiff(event.diff);
      if (event.kind !== 'quote') return;
      counts.quote += 1;
      tops.set(event.top.u, `${event.top.b} ${event.top.a}`);
    }

    for (const line of read(STREAM).split('\n')) {
      const text = line.slice(line.indexOf(' ') + 1);
      if (text.length === 0) continue;
      const message = JSON.parse(text) as Snapshot;
      if (!('lastUpdateId' in message)) onMessage(message);
      else book.snapshot({ ...message, atMs: 0, isComplete: false });
    }

    expect(counts.bad).toBe(0);
    expect(counts.broken).toBe(0);
    expect(counts.book).toBeGreaterThan(3_000);
    expect(counts.quote).toBeGreaterThan(20_000);
    expect(counts.compared).toBeGreaterThan(50);
    expect(counts.agreeing).toBe(counts.compared);
  });
});
