import { expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import type { CandleQuery } from '#exchange/market-data.ts';
import { silentLog } from '#platform/log/log.ts';
import { loadHistory } from './load-history.ts';

const BTC = Pair.parse('BTC/USDT');

it('asks for every timeframe in the class it is told', async () => {
  const asked: CandleQuery[] = [];

  await loadHistory({
    reads: {
      candles: (query) => {
        asked.push(query);
        return Promise.resolve([]);
      },
    },
    pair: BTC,
    timeframe: '1m',
    candles: 10,
    priority: 'data',
    log: silentLog(),
    signal: new AbortController().signal,
  });

  expect(asked.length).toBeGreaterThan(1);
  expect(new Set(asked.map(({ priority }) => priority))).toEqual(new Set(['data']));
});
