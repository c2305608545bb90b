import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { createGenericReads } from './generic-reads.ts';

const BTC = Pair.parse('BTC/USDT');
const ROW = [0, 1, 2, 1, 2, 5];

/** As much of a client as reading candles needs; counts what would go to the venue. */
function clientWith(timeframes: Record<string, unknown> | undefined) {
  const asked: unknown[] = [];
  const client = {
    has: { fetchOHLCV: true },
    ...(timeframes === undefined ? {} : { timeframes }),
    fetchOHLCV: async (...args: unknown[]) => {
      asked.push(args);
      return [ROW];
    },
  } as unknown as CcxtClient;
  const reads = createGenericReads({ client, read: (_call, run) => run(), now: () => 1e12 });
  return { asked, reads };
}

describe('generic reads', () => {
  it('say for good that a venue has no candles of a length, without asking it', async () => {
    const { asked, reads } = clientWith({ '1m': 1, '1h': 60 });

    await expect(reads.candles({ pair: BTC, timeframe: '4h', limit: 5 })).rejects.toMatchObject({
      name: 'PermanentError',
      code: 'venue-not-supported',
    });
    expect(asked).toEqual([]);
  });

  it('ask where the length is there or the venue does not say', async () => {
    for (const timeframes of [{ '1m': 1 }, undefined]) {
      const { asked, reads } = clientWith(timeframes);

      const found = await reads.candles({ pair: BTC, timeframe: '1m', limit: 5 });

      expect(found).toHaveLength(1);
      expect(asked).toHaveLength(1);
    }
  });
});
