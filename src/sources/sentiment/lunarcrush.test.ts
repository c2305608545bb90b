import { describe, expect, it } from 'vitest';
import { NOW, read } from './web.fixture.ts';

const COINS = {
  config: { sort: 'market_cap_rank', limit: 1_000 },
  data: [
    { id: 1, symbol: 'btc', name: 'Bitcoin', sentiment: 80, interactions_24h: 999_999 },
    { id: 9, symbol: 'ODD', sentiment: 101 },
    { id: 2, symbol: 'X', name: 'No mood', sentiment: null },
    { id: 4, symbol: 'BTC', name: 'Another with its name', sentiment: 1 },
    { id: 5, symbol: 'Market', name: 'Not the market', sentiment: 1 },
    { id: 3, symbol: 'A_NAME_THAT_IS_NO_TICKER', sentiment: 50 },
  ],
};

describe('lunarcrush', () => {
  it('reads the moods of coins that have one, the largest of a ticker, with more voices for more interactions', async () => {
    const { readings } = await read(
      { lunarcrush: { enabled: true, api_key: 'K' } },
      { '/api4/public/coins/list/v2': COINS },
    );

    expect(readings).toEqual([
      {
        kind: 'mood',
        source: 'lunarcrush',
        coin: 'BTC',
        atMs: NOW,
        score: expect.closeTo(0.6, 12) as number,
        voices: 12,
      },
    ]);
  });

  it('says which key it needs', async () => {
    await expect(read({ lunarcrush: { enabled: true } }, {})).rejects.toThrow('lunarcrush.api_key');
  });
});
