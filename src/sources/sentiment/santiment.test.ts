import { describe, expect, it } from 'vitest';
import { NOW, read } from './web.fixture.ts';

const METRICS = {
  data: {
    cBTC: {
      timeseriesData: [
        { datetime: '2026-01-06T00:00:00Z', value: -1.2 },
        { datetime: '2026-01-07T00:00:00Z', value: 9 },
      ],
    },
    cETH: null,
    cSOL: { timeseriesData: [] },
    [`c${'A'.repeat(1_000)}`]: { timeseriesData: [{ datetime: '2026-01-07T00:00:00Z', value: 1 }] },
    MARKET: { timeseriesData: [{ datetime: '2026-01-07T00:00:00Z', value: 1 }] },
  },
};

describe('santiment', () => {
  it('reads the last value of each coin, within bounds', async () => {
    const { readings } = await read(
      { santiment: { enabled: true, api_key: 'K' } },
      { '/graphql': METRICS },
    );

    expect(readings).toEqual([
      {
        kind: 'mood',
        source: 'santiment',
        coin: 'BTC',
        atMs: NOW,
        score: 1,
        voices: 10,
      },
    ]);
  });

  it('says which key it needs', async () => {
    await expect(read({ santiment: { enabled: true } }, {})).rejects.toThrow('santiment.api_key');
  });
});
