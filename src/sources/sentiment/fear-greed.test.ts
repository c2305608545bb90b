import { describe, expect, it } from 'vitest';
import { read } from './web.fixture.ts';

const indexOf = (value: string) => ({
  name: 'Fear and Greed Index',
  data: [
    { value, value_classification: 'Fear', timestamp: '1767744000', time_until_update: '43200' },
  ],
  metadata: { error: null },
});
const config = { fear_greed: { enabled: true } };

describe('fear_greed', () => {
  it('reads the index as a mood of the market', async () => {
    const { readings } = await read(config, { '/fng/': indexOf('25') });

    expect(readings).toMatchObject([
      { kind: 'mood', source: 'fear_greed', coin: 'MARKET', score: -0.5, atMs: 1_767_744_000_000 },
    ]);
  });

  it.each(['250', '-1', 'much'])('takes no index of %s', async (value) => {
    await expect(read(config, { '/fng/': indexOf(value) })).rejects.toThrow();
  });
});
