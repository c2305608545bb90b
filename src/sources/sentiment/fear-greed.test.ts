import { describe, expect, it } from 'vitest';
import { NOW, read } from './web.fixture.ts';

const indexOf = (value: string, timestamp = '1767744000') => ({
  name: 'Fear and Greed Index',
  data: [{ value, value_classification: 'Fear', timestamp, time_until_update: '43200' }],
  metadata: { error: null },
});
const config = { fear_greed: { enabled: true } };

describe('fear_greed', () => {
  it('reads the index as a mood of the market', async () => {
    const { readings } = await read(config, { '/fng/': indexOf('25') });

    expect(readings).toMatchObject([
      { kind: 'mood', source: 'fear_greed', coin: 'MARKET', score: -0.5, atMs: NOW },
    ]);
  });

  it('takes an index of days ago for as old as the end of its day', async () => {
    const DAY_MS = 86_400_000;
    const old = String(NOW / 1_000 - 3 * 86_400);

    const { readings } = await read(config, { '/fng/': indexOf('25', old) });

    expect(readings).toMatchObject([{ atMs: NOW - 2 * DAY_MS }]);
  });

  it.each(['250', '-1', 'much'])('takes no index of %s', async (value) => {
    await expect(read(config, { '/fng/': indexOf(value) })).rejects.toThrow();
  });
});
