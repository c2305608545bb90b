import { describe, expect, it } from 'vitest';
import { Instrument } from '#core/model/instrument.ts';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { INSTRUMENT } from '#core/risk/gate.fixture.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createUniverseDesk } from './universe-desk.ts';

const [BTC, ETH, SOL] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'].map((name) => Pair.parse(name));

function universeOf(atMs: number, ...pairs: readonly (Pair | undefined)[]): Universe {
  const entries = pairs.map((pair) => ({ pair, standing: 'trade', sinceMs: 0, why: 'test' }));
  return Universe.parse({ atMs, version: atMs, pairs: entries, chain: [] });
}

/** A desk that follows BTC, at a venue that has the given pairs. */
function world(traded: readonly (Pair | undefined)[]) {
  const clock = fakeClock(0);
  const followed = new Set<Pair>([Pair.parse('BTC/USDT')]);
  const watched: string[] = [];
  const kept: number[] = [];
  const asked: string[] = [];
  const failing = new Set<Pair>();
  let work: Promise<unknown> = Promise.resolve();
  const desk = createUniverseDesk({
    venue: {
      learn: (pairs) => {
        asked.push(pairs.join(' '));
        const found = pairs.filter((pair) => traded.includes(pair));
        return Promise.resolve(found.map((pair) => Instrument.parse({ ...INSTRUMENT, pair })));
      },
      forget: () => undefined,
    },
    watch: { follow: (pairs) => void watched.push(pairs.join(' ')) },
    followed: () => [...followed],
    join: ({ pair }) => {
      if (failing.has(pair)) return Promise.reject(new Error('no history'));
      followed.add(pair);
      return Promise.resolve();
    },
    leave: (pair) => void followed.delete(pair),
    onFollowed: ({ atMs }) => void kept.push(atMs),
    clock,
    log: silentLog(),
    signal: new AbortController().signal,
    background: (_name, started) => {
      work = started;
    },
  });
  const follow = async (universe: Universe): Promise<void> => {
    desk.follow(universe);
    await work;
  };
  return { clock, desk, follow, followed, watched, kept, asked, failing };
}

describe('the universe desk', () => {
  it('takes pairs in and lets others go, and tells the streams of the rest', async () => {
    const w = world([ETH, SOL]);

    await w.follow(universeOf(1, BTC, ETH));
    await w.follow(universeOf(2, ETH, SOL));

    expect([...w.followed]).toEqual([ETH, SOL]);
    expect(w.watched).toEqual(['BTC/USDT ETH/USDT', 'ETH/USDT', 'ETH/USDT SOL/USDT']);
    expect(w.kept).toEqual([1, 2]);
  });

  it('does nothing for a universe that is in force or older', async () => {
    const w = world([ETH]);
    await w.follow(universeOf(2, BTC, ETH));

    await w.follow(universeOf(2, BTC, ETH));
    await w.follow(universeOf(1, BTC));

    expect([...w.followed]).toEqual([BTC, ETH]);
    expect(w.watched).toHaveLength(1);
    expect(w.kept).toEqual([2]);
  });

  it('tries a pair that failed again, not at once, and opens the others meanwhile', async () => {
    const w = world([ETH, SOL]);
    if (ETH !== undefined) w.failing.add(ETH);
    const chosen = universeOf(1, BTC, ETH, SOL);
    await w.follow(chosen);
    expect([...w.followed]).toEqual([BTC, SOL]);

    w.failing.clear();
    await w.follow(chosen);
    expect(w.asked).toHaveLength(1);
    await w.clock.advance(15_000);
    await w.follow(chosen);

    expect([...w.followed]).toEqual([BTC, SOL, ETH]);
  });

  it('goes on without a pair that the venue has not', async () => {
    const w = world([]);

    await w.follow(universeOf(1, BTC, SOL));

    expect([...w.followed]).toEqual([BTC]);
    expect(w.watched).toEqual([]);
    expect(w.kept).toEqual([1]);
  });
});
