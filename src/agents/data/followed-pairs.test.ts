import { describe, expect, it } from 'vitest';
import type { StateContract } from '#bus/contract.ts';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { ConfigError } from '#platform/errors.ts';
import { silentLog } from '#platform/log/log.ts';
import { openFollowed } from './followed-pairs.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');
const SOL = Pair.parse('SOL/USDT');

function chosen(...pairs: readonly Pair[]): Universe {
  const entries = pairs.map((pair) => ({ pair, standing: 'trade', sinceMs: 0, why: 'test' }));
  return Universe.parse({ atMs: 1, version: 1, pairs: entries, chain: [] });
}

function start(given: {
  readonly stored?: Universe;
  readonly isRedisAway?: boolean;
  readonly kept?: { readonly venue: string; readonly universe: Universe };
  readonly delisted?: Pair;
}) {
  return openFollowed({
    bus: {
      get: <T>(_state: StateContract<T>) =>
        given.isRedisAway === true
          ? Promise.reject(new Error('away'))
          : Promise.resolve(given.stored as T | undefined),
    },
    file: { read: () => given.kept },
    venue: 'practice',
    configured: [BTC],
    open: (pairs) =>
      given.delisted !== undefined && pairs.includes(given.delisted)
        ? Promise.reject(new ConfigError('not traded'))
        : Promise.resolve(pairs),
    log: silentLog(),
  });
}

describe('the pairs of a start', () => {
  it('are those of the config while there is no universe', async () => {
    expect((await start({})).opened).toEqual([BTC]);
  });

  it('are those of Redis, and of the disk where Redis has none or is away', async () => {
    const kept = { venue: 'practice', universe: chosen(SOL) };

    expect((await start({ stored: chosen(ETH), kept })).opened).toEqual([ETH]);
    expect((await start({ kept })).opened).toEqual([SOL]);
    expect((await start({ isRedisAway: true, kept })).opened).toEqual([SOL]);
  });

  it('are not those of another venue', async () => {
    const kept = { venue: 'kraken', universe: chosen(SOL) };

    expect((await start({ kept })).opened).toEqual([BTC]);
  });

  it('are those of the config first when the venue has dropped one', async () => {
    const { opened, last } = await start({ stored: chosen(ETH, SOL), delisted: SOL });

    expect(opened).toEqual([BTC]);
    expect(last?.pairs).toHaveLength(2);
  });
});
