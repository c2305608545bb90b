import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { Universe } from '#core/model/universe.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import type { DeskState } from '../state.ts';
import { AccountPairs } from './account-pairs.ts';

const pairOf = (base: string): Pair => Pair.parse(`${base}/USDT`);
const [BTC, ETH, SOL] = [pairOf('BTC'), pairOf('ETH'), pairOf('SOL')];

function world(...start: readonly Pair[]) {
  const clock = fakeClock();
  const state = { positions: new Map(), orders: new Map(), commands: new Map() } as Pick<
    DeskState,
    'positions' | 'orders' | 'commands'
  >;
  const told: (readonly Pair[])[] = [];
  const account = { pairs: start, follow: (pairs: readonly Pair[]) => void told.push(pairs) };
  const pairs = new AccountPairs({ account, state, clock });
  pairs.begin(start);
  return { clock, state, told, pairs };
}

function universe(atMs: number, ...pairs: readonly Pair[]): Universe {
  const entries = pairs.map((pair) => ({ pair, standing: 'trade', sinceMs: 0, why: '' }));
  return Universe.parse({ atMs, version: atMs, pairs: entries, chain: [] });
}

const nothing = (): boolean => false;

describe('the pairs of an account', () => {
  it('are at home when they were read in an earlier life, and strange when never heard of', () => {
    const { pairs, told } = world(BTC);

    expect(pairs.isJoining(BTC)).toBe(false);
    expect(pairs.isJoining(ETH)).toBe(true);
    expect(pairs.look()).toBe(false);
    expect(told).toEqual([[BTC]]);
  });

  it('join anew after a restart when they are more than one comparison reads', () => {
    const many = Array.from({ length: 26 }, (_, i) => pairOf(`C${i}`));
    const { pairs } = world(...many);

    expect(many.every((pair) => pairs.isJoining(pair))).toBe(true);
    expect(pairs.batch()).toHaveLength(25);
  });

  it('join by being read and then seen in a whole comparison', () => {
    const { pairs, told } = world(BTC);
    pairs.choose(universe(1, ETH, BTC));

    expect(pairs.look()).toBe(true);
    expect(told.at(-1)).toEqual([BTC, ETH]);
    expect(pairs.noteWhole(nothing), 'that one did not ask about it').toEqual([]);
    expect(pairs.batch()).toEqual([ETH]);
    pairs.noteRead(ETH);
    expect(pairs.isJoining(ETH)).toBe(true);
    expect(pairs.look(), 'there is nothing more to ask').toBe(false);
    expect(pairs.noteWhole((pair) => pair === ETH)).toEqual([]);
    expect(pairs.isJoining(ETH), 'something about it is not sure').toBe(true);

    expect(pairs.noteWhole(nothing)).toEqual([ETH]);

    expect(pairs.isJoining(ETH)).toBe(false);
  });

  it('are not read by what was asked before they left and came back', () => {
    const { pairs } = world(BTC);
    pairs.choose(universe(1, BTC, ETH));
    expect(pairs.batch()).toEqual([ETH]);
    for (const chosen of [universe(2, BTC), universe(3, BTC, ETH)]) {
      pairs.choose(chosen);
      pairs.look();
    }

    pairs.noteRead(ETH);

    expect(pairs.noteWhole(nothing)).toEqual([]);
    expect(pairs.batch(), 'it is asked about anew').toEqual([ETH]);
  });

  it('are asked about again later when the venue said nothing', async () => {
    const { pairs, clock } = world(BTC);
    pairs.choose(universe(1, ETH, BTC, SOL));
    pairs.look();

    pairs.noteFailed(ETH);
    expect(pairs.batch()).toEqual([SOL]);
    await clock.advance(15_000);

    expect(pairs.batch()).toEqual([ETH, SOL]);
  });

  it('leave with the universe, but not while one of them is held or has orders', () => {
    const { pairs, state, told } = world(BTC, ETH, SOL);
    state.positions.set(ETH, {} as never);
    state.orders.set('a' as never, { pair: SOL } as never);
    pairs.choose(universe(2, BTC));
    pairs.choose(universe(1, BTC, ETH, SOL));

    expect(pairs.look()).toBe(false);
    expect(pairs.isJoining(ETH)).toBe(false);
    expect(pairs.isJoining(SOL)).toBe(false);
    state.positions.clear();
    state.orders.clear();
    pairs.look();

    expect(told.at(-1)).toEqual([BTC]);
    pairs.choose(universe(3, BTC, ETH));
    expect(pairs.look(), 'what comes back joins anew').toBe(true);
    expect(pairs.isJoining(ETH)).toBe(true);
  });

  it('are asked about in turns when many join at once', () => {
    const { pairs } = world();
    const many = Array.from({ length: 30 }, (_, i) => pairOf(`C${i}`));
    pairs.choose(universe(1, ...many));

    const first = pairs.batch();
    for (const pair of first) pairs.noteRead(pair);

    expect(first).toHaveLength(25);
    expect(pairs.batch()).toEqual(many.slice(25));
  });
});
