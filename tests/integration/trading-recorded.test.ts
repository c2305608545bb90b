/** Account payloads recorded by others through our parsers. Skipped where they are absent. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import { loadClient } from '#exchange/ccxt-client.ts';
import {
  parseAccountEvent,
  reportedOrder,
  reportedTrade,
} from '#exchange/trading/account-events.ts';
import {
  GenericOrder,
  GenericTrade,
  orderFrom,
  tradeFrom,
} from '#exchange/trading/generic-trading-shapes.ts';
import {
  orderOf,
  OrderPayload,
  tradeOf,
  TradePayload,
  tradesIn,
} from '#exchange/trading/order-shapes.ts';

const EXAMPLES = resolve(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'shared',
  'data',
  'payloads',
  'examples',
);
const PAIR = Pair.parse('BTC/USDT');
const Examples = z.record(z.string(), z.unknown());

function examples(name: string): Record<string, unknown> {
  const path = resolve(EXAMPLES, name);
  return existsSync(path) ? Examples.parse(JSON.parse(readFileSync(path, 'utf8'))) : {};
}

const binance = examples('binance-nautilus.json');
const named = (part: string): [string, unknown][] =>
  Object.entries(binance).filter(([name]) => name.includes(part));

describe.skipIf(Object.keys(binance).length === 0)(
  'recorded Binance spot payloads (skipped without ../shared/data)',
  () => {
    it.each(named('spot/http_json/').filter(([name]) => /order_|order_response/.test(name)))(
      '%s is an order',
      (_name, body) => {
        for (const row of Array.isArray(body) ? body : [body]) {
          const payload = OrderPayload.parse(row);
          const order = orderOf(PAIR, payload);

          expect(order.status).not.toBe('other');
          expect(order.type).not.toBe('other');
          expect(tradesIn(PAIR, payload).length).toBe(payload.fills?.length ?? 0);
        }
      },
    );

    it('lists executions', () => {
      const rows = z
        .array(TradePayload)
        .parse(binance['spot/http_json/account_trades_response.json']);

      expect(rows.map((row) => tradeOf(PAIR, row).feeAsset)).not.toContain('');
    });

    it.each(named('spot/user_data_json/').filter(([name]) => !name.includes('wrapped')))(
      'the event %s is read',
      (_name, body) => {
        // Whoever kept these left out the last quote quantity, which the venue always sends.
        const report = { Y: '0', ...(body as object) };
        const event = parseAccountEvent({ subscriptionId: 0, event: report });

        expect(event).not.toBe('bad');
        expect(event).toBeDefined();
        if (event === 'bad' || event?.kind !== 'order') return;
        expect(reportedOrder(PAIR, event.report).status).not.toBe('other');
        const isTrade = event.report.x === 'TRADE';
        expect(reportedTrade(PAIR, event.report) !== undefined).toBe(isTrade);
      },
    );

    it.each(named('wrapped'))('the frame %s is read', (_name, body) => {
      expect(parseAccountEvent(body)).not.toBe('bad');
      expect(parseAccountEvent(body)).toBeDefined();
    });
  },
);

interface Parser {
  parseOrder(raw: unknown, market?: unknown): unknown;
  parseTrade(raw: unknown, market?: unknown): unknown;
  market(symbol: string): unknown;
}

/** Rows at any depth that look like what is wanted; venues wrap them differently. */
function rowsIn(body: unknown, isRow: (row: Record<string, unknown>) => boolean): unknown[] {
  if (Array.isArray(body)) return body.flatMap((part) => rowsIn(part, isRow));
  if (typeof body !== 'object' || body === null) return [];
  const row = body as Record<string, unknown>;
  return isRow(row) ? [row] : Object.values(row).flatMap((part) => rowsIn(part, isRow));
}

async function parserOf(exchangeId: string): Promise<Parser> {
  const client = await loadClient({ exchangeId, requestTimeoutMs: 1_000 });
  Object.assign(client, { number: String });
  return client as unknown as Parser;
}

/** A market as ccxt keeps it, enough to parse by. */
function marketOf(id: string, base: string, quote: string) {
  return {
    id,
    symbol: `${base}/${quote}`,
    base,
    quote,
    baseId: base,
    quoteId: quote,
    spot: true,
    type: 'spot',
    contract: false,
  };
}

describe.each([
  ['bybit', 'bybit-nautilus.json', /orders|account_order/, 'orderId', ['BTCUSDT', 'BTC', 'USDT']],
  ['coinbase', 'coinbase-nautilus.json', /http_order/, 'order_id', ['BTC-USD', 'BTC', 'USD']],
] as const)('recorded payloads of %s', (exchangeId, file, names, key, [id, base, quote]) => {
  const found = Object.entries(examples(file)).filter(([name]) => names.test(name));

  it.skipIf(found.length === 0)(
    'give orders without a guess (skipped without ../shared/data)',
    async () => {
      const parser = await parserOf(exchangeId);
      const market = marketOf(id, base, quote);
      const rows = found.flatMap(([, body]) => rowsIn(body, (row) => key in row && 'side' in row));

      const orders = rows.map((row) => {
        const parsed = GenericOrder.safeParse(parser.parseOrder(row, market));
        return parsed.success ? orderFrom(parsed.data) : undefined;
      });

      expect(rows.length).toBeGreaterThan(0);
      const read = orders.filter((order) => order !== undefined);
      expect(read.length).toBe(rows.length);
      for (const order of read) {
        expect(order.venueOrderId).not.toBe('');
        expect(['buy', 'sell']).toContain(order.side);
      }
    },
  );
});

describe.each(['okx', 'kraken', 'kucoin'])('recorded payloads of %s', (exchangeId) => {
  it.skip(`are not in ../shared/data: no account payload of ${exchangeId} was recorded`, () =>
    undefined);
});

it.skipIf(examples('coinbase-nautilus.json')['http_fills.json'] === undefined)(
  'recorded fills of coinbase carry their fee (skipped without ../shared/data)',
  async () => {
    const parser = await parserOf('coinbase');
    const body = examples('coinbase-nautilus.json')['http_fills.json'];
    const rows = rowsIn(body, (row) => 'trade_id' in row);

    const trades = rows.map((row) =>
      tradeFrom(GenericTrade.parse(parser.parseTrade(row, marketOf('BTC-USD', 'BTC', 'USD')))),
    );

    expect(trades.length).toBeGreaterThan(0);
    expect(
      trades.every(({ feeAsset, venueOrderId }) => feeAsset !== '' && venueOrderId !== ''),
    ).toBe(true);
  },
);
