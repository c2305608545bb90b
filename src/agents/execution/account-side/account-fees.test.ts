import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { PermanentError, TransientError } from '#platform/errors.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { accountFees } from './account-fees.ts';

const [BTC, ETH, SOL] = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'].map((text) => Pair.parse(text)) as [
  Pair,
  Pair,
  Pair,
];

function feesOf(rates: ReadonlyMap<Pair, number | Error>, pairs: () => readonly Pair[]) {
  const commission = (pair: Pair) => {
    const takerFraction = rates.get(pair) ?? new TransientError('venue-unavailable', 'away');
    if (typeof takerFraction !== 'number') return Promise.reject(takerFraction);
    return Promise.resolve({ takerFraction, makerFraction: 0, discountAsset: undefined });
  };
  const clock = fakeClock();
  const asked: Pair[] = [];
  const counting = (pair: Pair) => {
    asked.push(pair);
    return commission(pair);
  };
  const fees = accountFees({ venue: { commission: counting }, pairs, clock, log: silentLog() });
  return { ...fees, clock, asked };
}

describe('the fees of an account', () => {
  it('are the dearest of the pairs in use, and no less than usual while one is not known', async () => {
    let pairs = [BTC, ETH];
    const rates = new Map([
      [BTC, 0.0002],
      [ETH, 0.0004],
      [SOL, 0.003],
    ]);
    const fees = feesOf(rates, () => pairs);
    expect(fees.takerFraction()).toBe(0.001);

    await fees.refresh();
    expect(fees.takerFraction()).toBe(0.0004);

    pairs = [BTC, ETH, SOL];
    expect(fees.takerFraction(), 'a pair has joined').toBe(0.001);
    await fees.learn(SOL);
    expect(fees.takerFraction()).toBe(0.003);

    pairs = [BTC];
    expect(fees.takerFraction(), 'the dear one has left').toBe(0.0002);
  });

  it('stay as they were known while the venue does not say', async () => {
    const rates = new Map<Pair, number | Error>([[BTC, 0.0002]]);
    const fees = feesOf(rates, () => [BTC]);
    await fees.refresh();
    rates.set(BTC, new TransientError('venue-unavailable', 'away'));
    await fees.clock.advance(3_600_000);

    await fees.refresh();

    expect(fees.takerFraction()).toBe(0.0002);
    await expect(fees.learn(BTC)).rejects.toThrow('away');
  });

  it('are read of the others when the venue no longer has one of the pairs', async () => {
    const gone = new PermanentError('venue-unknown-symbol', 'no such pair');
    const fees = feesOf(
      new Map<Pair, number | Error>([
        [BTC, gone],
        [ETH, 0.0026],
      ]),
      () => [BTC, ETH],
    );

    await fees.refresh();

    expect(fees.takerFraction()).toBe(0.0026);
  });

  it('are read of the others when the answer about one makes no sense, and of that one again', async () => {
    const garbled = new TransientError('venue-garbled', 'the answer makes no sense');
    const rates = new Map<Pair, number | Error>([
      [BTC, garbled],
      [ETH, 0.0004],
      [SOL, 0.0002],
    ]);
    const fees = feesOf(rates, () => [BTC, ETH, SOL]);
    await fees.refresh();
    expect(fees.asked).toEqual([BTC, ETH, SOL]);
    rates.set(BTC, 0.0003);
    await fees.refresh();
    expect(fees.asked, 'not at once').toHaveLength(3);

    await fees.clock.advance(60_000);
    await fees.refresh();

    expect(fees.asked.slice(3)).toEqual([BTC]);
    expect(fees.takerFraction()).toBe(0.0004);
    await fees.clock.advance(3_600_000);
    await fees.refresh();
    expect(fees.asked).toHaveLength(7);
  });

  it('are not asked for pair by pair while the venue is away, and begin where it stopped', async () => {
    const pairs = ['A', 'B', 'C', 'D', 'E'].map((base) => Pair.parse(`${base}/USDT`));
    const fees = feesOf(new Map(), () => pairs);
    await fees.refresh();
    expect(fees.asked).toEqual(pairs.slice(0, 3));

    await fees.clock.advance(60_000);
    await fees.refresh();

    expect(fees.asked.slice(3)).toEqual([...pairs.slice(3), pairs[0]]);
  });

  it('are the usual ones on a venue that never says', async () => {
    const silent = new PermanentError('venue-not-supported', 'the venue has no such call');
    const fees = feesOf(new Map([[BTC, silent]]), () => [BTC]);

    await fees.learn(BTC);

    expect(fees.takerFraction()).toBe(0.001);
  });
});
