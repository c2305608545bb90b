import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { marketPicture } from './market-picture.ts';
import { accountScaler, pairScalers } from './scalers.ts';
import { LEVELS, type LimitMemory, stepLimits, worstLevel } from './step-limits.ts';

const [BTC, ETH, NEW] = ['BTC/USDT', 'ETH/USDT', 'NEW/USDT'].map((text) => Pair.parse(text)) as [
  Pair,
  Pair,
  Pair,
];
const RULES = { margin: 0.1, recoveryMs: 60_000 };
const BOUNDS = { warn: 0.05, halt: 0.1, flatten: 0.15 };

function steps(values: readonly (readonly [number, number])[]): string[] {
  let memory: ReadonlyMap<string, LimitMemory> = new Map();
  return values.map(([nowMs, value]) => {
    const limit = { name: 'drawdown', scope: 'account', value, bounds: BOUNDS } as const;
    memory = stepLimits(memory, [limit], { nowMs, rules: RULES });
    return memory.get('drawdown')?.level ?? '';
  });
}

describe('limits', () => {
  it('rise at once, over steps in between, and fall after a calm while', () => {
    expect(
      steps([
        [0, 0.01],
        [1, 0.05],
        [2, 0.16],
        [3, 0.02],
        [60_002, 0.02],
        [60_003, 0.02],
      ]),
    ).toEqual(['normal', 'warn', 'flatten', 'flatten', 'flatten', 'normal']);
  });

  it('do not flap around a bound', () => {
    const values = Array.from({ length: 50 }, (_, k): [number, number] => [
      k * 30_000,
      k % 2 === 0 ? 0.0999 : 0.1001,
    ]);

    expect(new Set(steps(values).slice(1))).toEqual(new Set(['halt']));
  });

  it('begin the calm while anew when the value comes back', () => {
    expect(
      steps([
        [0, 0.1],
        [10_000, 0.01],
        [50_000, 0.095],
        [80_000, 0.01],
        [139_999, 0.01],
        [140_000, 0.01],
      ]),
    ).toEqual(['halt', 'halt', 'halt', 'halt', 'halt', 'normal']);
  });

  it('take what is not a number for the worst', () => {
    expect(steps([[0, Number.NaN]])).toEqual(['flatten']);
  });

  it('are never below what the value asks for', () => {
    const value = fc.double({ min: 0, max: 0.3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), value)), (moves) => {
        let nowMs = 0;
        const timed = moves.map(([gap, of]): [number, number] => [(nowMs += gap), of]);
        steps(timed).forEach((level, k) => {
          const given = timed[k]?.[1] ?? 0;
          const least = given >= 0.15 ? 4 : given >= 0.1 ? 3 : given >= 0.05 ? 1 : 0;
          expect(LEVELS.indexOf(level as (typeof LEVELS)[number])).toBeGreaterThanOrEqual(least);
        });
      }),
    );
  });

  it('together are as bad as the worst', () => {
    expect(worstLevel(['warn', 'halt', 'normal'])).toBe('halt');
    expect(worstLevel([])).toBe('normal');
  });
});

function candles(hours: number, move: (hour: number) => number): Candle[] {
  let close = 100;
  return Array.from({ length: hours }, (_, hour) => {
    close *= Math.exp(move(hour));
    return { openMs: hour * 3_600_000, open: close, high: close, low: close, close, volume: 10 };
  });
}

describe('the picture of the market', () => {
  const wave = (hour: number): number => 0.01 * Math.sin(hour * 1.7);

  it('knows how much pairs move in a day, and together', () => {
    const picture = marketPicture([
      { pair: BTC, candles: candles(300, wave) },
      { pair: ETH, candles: candles(300, (hour) => 2 * wave(hour)) },
    ]);

    expect((picture.volatilities[1] ?? 0) / (picture.volatilities[0] ?? 1)).toBeCloseTo(2, 6);
    expect(picture.volatilities[0]).toBeCloseTo(0.01 * Math.SQRT1_2 * Math.sqrt(24), 2);
    expect(picture.correlation[0]?.[1]).toBeGreaterThan(0.99);
    expect(picture.dailyVolumes[0]).toBeGreaterThan(20_000);
  });

  it('takes a young pair for a wild one that moves with everything, and lets it cut no other', () => {
    const old = [BTC, ETH].map((pair) => ({ pair, candles: candles(300, wave) }));
    const young = { pair: NEW, candles: candles(10, wave) };

    const picture = marketPicture([...old, young]);

    expect(picture.volatilities[2]).toBe(0.15);
    expect(picture.correlation[2]).toEqual([0.95, 0.95, 1]);
    // Ten hours of it: a day has no less.
    expect(picture.dailyVolumes[2]).toBeGreaterThan(9_000);
    expect(picture.dailyVolumes[2]).toBeLessThan((picture.dailyVolumes[0] ?? 0) / 2);
    expect(marketPicture([{ pair: NEW, candles: [] }]).dailyVolumes).toEqual([undefined]);
    expect(picture.returns.get(BTC)).toHaveLength(299);
    expect(marketPicture([]).pairs).toEqual([]);
  });

  it.each([
    ['that is listed for four days', candles(300, wave).slice(-96)],
    ['that has not traded for three days', candles(228, wave)],
  ])('lets a pair %s take no hours of the others away', (_, few) => {
    const old = [BTC, ETH].map((pair) => ({ pair, candles: candles(300, wave) }));

    const picture = marketPicture([...old, { pair: NEW, candles: few }]);

    expect(picture.returns.get(BTC)).toHaveLength(299);
    expect(picture.correlation[0]?.[1]).toBeGreaterThan(0.99);
    expect(picture.correlation[2]).toEqual([0.95, 0.95, 1]);
    // How it moves by itself is known all the same.
    expect(picture.volatilities[2]).toBeLessThan(0.05);
  });

  it('takes a young pair for no calmer than that, and for as wild as it is', () => {
    const volatilityOf = (hours: number, size: number) =>
      marketPicture([{ pair: NEW, candles: candles(hours, (hour) => size * (hour % 2 ? 1 : -1)) }])
        .volatilities[0];

    expect([2, 10, 40, 72].map((hours) => volatilityOf(hours, 0.001))).toEqual([
      0.15, 0.15, 0.15, 0.15,
    ]);
    // A tenth each hour is half of the price in a day.
    expect(volatilityOf(10, 0.1)).toBeCloseTo(0.1 * Math.sqrt(24), 9);
    expect(volatilityOf(73, 0.001)).toBeCloseTo(0.001 * Math.sqrt(24), 9);
  });
});

describe('scalers', () => {
  const FINE = {
    volatility: 0.03,
    volatilityTarget: 0.05,
    correlationToHeld: 0.2,
    shareOfInvested: 0.1,
    exposure: 0.5,
    daysToExit: 0.001,
  };

  it('leave what is fine alone', () => {
    expect(Object.values(pairScalers(FINE))).toEqual([1, 1, 1, 1]);
  });

  it.each([
    ['volatility', { volatility: 0.1 }, 0.5],
    ['volatility', { volatility: Number.NaN }, 0.25],
    ['volatility', { volatility: Infinity }, 0.25],
    ['correlation', { correlationToHeld: Number.NaN }, 0.25],
    ['concentration', { shareOfInvested: Number.NaN }, 0.25],
    ['liquidity', { daysToExit: Number.NaN }, 0.25],
    ['correlation', { correlationToHeld: 0.85 }, 0.625],
    ['concentration', { shareOfInvested: 1 }, 0.25],
    ['liquidity', { daysToExit: 10 }, 0.25],
    ['liquidity', { daysToExit: undefined }, 0.25],
  ] as const)('%s falls with %o', (name, changed, expected) => {
    expect(pairScalers({ ...FINE, ...changed })[name]).toBeCloseTo(expected, 12);
  });

  it('never grow as their figure gets worse, and stay between the floor and one', () => {
    const worse = fc.tuple(
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.double({ min: 0, max: 5, noNaN: true }),
    );
    const figures = [
      ['volatility', 'volatility'],
      ['correlationToHeld', 'correlation'],
      ['shareOfInvested', 'concentration'],
      ['daysToExit', 'liquidity'],
    ] as const;
    fc.assert(
      fc.property(worse, fc.constantFrom(...figures), ([one, other], [figure, name]) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map(
          (value) => pairScalers({ ...FINE, [figure]: value })[name],
        );
        expect(high).toBeLessThanOrEqual(low ?? 0);
        expect(high).toBeGreaterThanOrEqual(0.25);
        expect(low).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('of the account falls with the drawdown, and halves under the Sharpe ratio asked for', () => {
    const scale = (drawdown: number, sharpe?: number) =>
      accountScaler({ drawdown, drawdownHalt: 0.1, sharpe, sharpeMin: 1 });

    expect([0, 0.05, 0.1, 0.5].map((fall) => scale(fall))).toEqual([1, 1, 0.25, 0.25]);
    expect(scale(0.075)).toBeCloseTo(0.625, 12);
    expect(scale(0, 0.9)).toBe(0.5);
    expect(scale(0, 1.1)).toBe(1);
  });
});
