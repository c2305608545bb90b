/**
 * The account as the venue itself says it, over its signed REST API and none of the desk's code, so
 * that what is checked and what checks share nothing but the key.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Keys = z.looseObject({ api_key: z.string(), api_secret: z.string() });

const VenueBalance = z.looseObject({ asset: z.string(), free: z.string(), locked: z.string() });
export type VenueBalance = z.output<typeof VenueBalance>;

const VenueOrder = z.looseObject({
  symbol: z.string(),
  clientOrderId: z.string(),
  side: z.enum(['BUY', 'SELL']),
  type: z.string(),
  status: z.string(),
  origQty: z.string(),
  executedQty: z.string(),
});
export type VenueOrder = z.output<typeof VenueOrder>;

const VenueTrade = z.looseObject({ id: z.int(), qty: z.string(), isBuyer: z.boolean() });
export type VenueTrade = z.output<typeof VenueTrade>;

export interface VenueAccount {
  balances(): Promise<readonly VenueBalance[]>;
  openOrders(): Promise<readonly VenueOrder[]>;
  /** Every execution of one symbol, oldest first. */
  trades(symbol: string): Promise<readonly VenueTrade[]>;
}

const PAGE = 1_000;

/** The practice account of a desk, by the key that its coordinator made. */
export function venueAccount(dataDir: string): VenueAccount {
  const port = readFileSync(join(dataDir, 'run', 'practice.port'), 'utf8').trim();
  const text = readFileSync(join(dataDir, 'run', 'practice-keys.json'), 'utf8');
  const { api_key: key, api_secret: secret } = Keys.parse(JSON.parse(text));

  async function read(path: string, parameters: Record<string, string> = {}): Promise<unknown> {
    const query = new URLSearchParams({ ...parameters, timestamp: String(Date.now()) }).toString();
    const signature = createHmac('sha256', secret).update(query).digest('hex');
    const url = `http://127.0.0.1:${port}${path}?${query}&signature=${signature}`;
    const answer = await fetch(url, { headers: { 'X-MBX-APIKEY': key } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  }

  async function trades(symbol: string): Promise<VenueTrade[]> {
    const all: VenueTrade[] = [];
    for (;;) {
      const fromId = String((all.at(-1)?.id ?? -1) + 1);
      const page = z
        .array(VenueTrade)
        .parse(await read('/api/v3/myTrades', { symbol, fromId, limit: String(PAGE) }));
      all.push(...page);
      if (page.length < PAGE) return all;
    }
  }

  return {
    balances: async () =>
      z.looseObject({ balances: z.array(VenueBalance) }).parse(await read('/api/v3/account'))
        .balances,
    openOrders: async () => z.array(VenueOrder).parse(await read('/api/v3/openOrders')),
    trades,
  };
}
