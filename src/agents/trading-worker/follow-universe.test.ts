import { expect, test } from 'vitest';
import type { StateContract } from '#bus/contract.ts';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { followUniverse } from './follow-universe.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');
const SOL = Pair.parse('SOL/USDT');

test('every pair is unknown before the first universe, and a wiped Redis changes nothing', async () => {
  let stored: Universe | undefined;
  let look: () => unknown = () => undefined;
  const standing = followUniverse({
    context: { every: ({ run }) => void (look = () => run(new AbortController().signal)) },
    bus: { get: <T>(_state: StateContract<T>) => Promise.resolve(stored as T | undefined) },
  });

  await look();
  expect(standing(BTC)).toBeUndefined();

  const common = { sinceMs: 1, why: 'volume' };
  stored = Universe.parse({
    atMs: 1,
    version: 1,
    pairs: [
      { pair: BTC, standing: 'trade', ...common },
      { pair: ETH, standing: 'exit-only', ...common },
    ],
    chain: [],
  });
  await look();
  stored = undefined;
  await look();

  expect([BTC, ETH, SOL].map(standing)).toEqual(['trade', 'exit-only', 'not-selected']);
});
