import { describe, expect, it } from 'vitest';
import type { Bus } from '#bus/bus.ts';
import { sentimentTexts } from '#bus/states.ts';
import type { CoinTexts } from '#core/model/sentiment.ts';
import { stateMirror } from './state-mirror.ts';

const about = (coin: string): CoinTexts => ({ coin, texts: [] });

/** A state that is a map and notes what is asked of it; `set` fails while it is down. */
function setUp(before: readonly string[] = []) {
  const kept = new Map<string, unknown>(before.map((coin) => [coin, about(coin)]));
  const asked: string[] = [];
  const link = { isUp: true };
  const bus = {
    all: () => Promise.resolve(new Map(kept)),
    set: (_state: unknown, field: string, value: unknown) => {
      asked.push(`set ${field}`);
      if (!link.isUp) return Promise.reject(new Error('away'));
      return Promise.resolve(void kept.set(field, value));
    },
    remove: (_state: unknown, field: string) => {
      asked.push(`remove ${field}`);
      return Promise.resolve(void kept.delete(field));
    },
  } as unknown as Pick<Bus, 'all' | 'set' | 'remove'>;
  return { mirror: stateMirror(bus, sentimentTexts), kept, asked, link };
}

describe('a mirrored state', () => {
  it('sends what changed and removes what is gone, also of an earlier life', async () => {
    const { mirror, kept, asked } = setUp(['GONE']);
    const same = about('BTC');

    await mirror.sync(new Map([['BTC', same]]));
    await mirror.sync(new Map([['BTC', same]]));
    await mirror.sync(new Map([['ETH', about('ETH')]]));

    expect(asked).toEqual(['set BTC', 'remove GONE', 'set ETH', 'remove BTC']);
    expect([...kept.keys()]).toEqual(['ETH']);
  });

  it('sends again what could not be sent', async () => {
    const { mirror, kept, link } = setUp();
    const values = new Map([['BTC', about('BTC')]]);
    link.isUp = false;
    await expect(mirror.sync(values)).rejects.toThrow('away');
    link.isUp = true;

    await mirror.sync(values);

    expect([...kept.keys()]).toEqual(['BTC']);
  });

  it('sends everything after a wipe', async () => {
    const { mirror, kept, asked } = setUp();
    const values = new Map([['BTC', about('BTC')]]);
    await mirror.sync(values);

    kept.clear();
    mirror.forget();
    await mirror.sync(values);

    expect(asked).toEqual(['set BTC', 'set BTC']);
  });
});
