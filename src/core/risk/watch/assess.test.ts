import { describe, expect, it } from 'vitest';
import type { Candle } from '#core/model/candle.ts';
import { Pair } from '#core/model/pair.ts';
import { RiskState } from '#core/model/risk-state.ts';
import { seededRandom } from '#platform/random.ts';
import { RiskLimits } from '../config.ts';
import { StressShocks } from '../measure/shocks.ts';
import { gateRisk } from '../gate-risk.ts';
import { assess } from './assess.ts';
import { BTC, lookOf, NOW, RULES as WITHOUT } from './look.fixture.ts';
import type { AssessRules, Look } from './look.ts';
import { marketPicture } from './market-picture.ts';

const ETH = Pair.parse('ETH/USDT');

const RULES: AssessRules = {
  ...WITHOUT,
  caps: { ...WITHOUT.caps, method: 'risk-parity' },
  shocks: StressShocks.parse(undefined),
};

function history(pair: Pair, size: number, crash = 0) {
  const random = seededRandom(pair);
  let close = 100;
  const candles: Candle[] = Array.from({ length: 400 }, (_, hour) => {
    close *= Math.exp(size * random.normal() + (hour === 399 ? Math.log1p(crash) : 0));
    return { openMs: hour * 3_600_000, open: close, high: close, low: close, close, volume: 1e6 };
  });
  return { pair, candles };
}

function look(changed: Partial<Look> = {}, crash = 0): Look {
  return lookOf({
    picture: marketPicture([history(BTC, 0.005, crash), history(ETH, 0.007, crash)]),
    held: [
      { pair: BTC, valueQuote: 3_000 },
      { pair: ETH, valueQuote: 2_000 },
    ],
    ...changed,
  });
}

const wide = { ...RULES, limits: RiskLimits.parse({ pair_exposure_max: 0.5 }) };

describe('a look at the portfolio', () => {
  it('gives a state that the gate can use', () => {
    const { state, plan, mustFlatten } = assess(look(), wide);

    const gate = gateRisk(RiskState.parse(state));
    expect(gate.picture.names).toEqual([BTC, ETH]);
    expect(state.level).toBe('normal');
    expect(state.figures).toMatchObject({ exposure: 0.5, drawdown: 0 });
    expect(state.figures['var_now']).toBeGreaterThan(0.01);
    expect(state.figures['cvar_historical']).toBeGreaterThan(state.figures['var_historical'] ?? 9);
    expect([plan, mustFlatten]).toEqual([[], false]);
  });

  it('cuts what a crash made too much, down to the bound', () => {
    const { state, plan } = assess(look({}, -0.2), wide);

    expect(['reduce', 'halt']).toContain(state.level);
    expect(state.reasons.join()).toContain('value-at-risk');
    expect(plan.length).toBeGreaterThan(0);
  });

  it('cuts down to what the hours of late have shown, though the volatility of now is calm', () => {
    // A jump each 40 hours, calm since the last: the simulation draws the jumps, the EWMA forgets them.
    let close = 100;
    const candles = history(BTC, 0.001).candles.map((candle, hour): Candle => {
      close *= hour % 40 === 10 ? 0.94 : hour % 2 === 0 ? 1.001 : 0.999;
      return { ...candle, open: close, high: close, low: close, close };
    });
    const seen = look({
      picture: marketPicture([{ pair: BTC, candles }]),
      held: [{ pair: BTC, valueQuote: 4_000 }],
    });

    const { state, plan } = assess(seen, wide);
    const share = plan[0]?.share ?? 0;
    const after = assess({ ...seen, held: [{ pair: BTC, valueQuote: 4_000 * (1 - share) }] }, wide);

    expect(state.figures['var_now']).toBeLessThan(0.05);
    expect(state.figures['var_simulated']).toBeGreaterThan(0.0625);
    expect(after.state.figures['var_simulated']).toBeLessThanOrEqual(0.045);
  });

  it('cuts half of the risk when losses ask for it, before they halt', () => {
    const account = { equityQuote: 10_000, drawdown: 0.08, dayLoss: 0 };

    const { state, plan } = assess(look({ account }), wide);

    expect(state.level).toBe('reduce');
    expect(plan.length).toBeGreaterThan(0);
    expect(state.accountScaler).toBeLessThan(1);
  });

  it('halves the risk once for each level that losses rise to', () => {
    let memory: Look['memory'] = new Map();
    let valueQuote = 4_000;
    const risks = [0.08, 0.08, 0.1, 0.1, 0.085].map((drawdown, k) => {
      const account = { equityQuote: 10_000, drawdown, dayLoss: 0 };
      const nowMs = NOW + k * 600_000;
      const found = assess(look({ account, memory, nowMs, held: [{ pair: BTC, valueQuote }] }), {
        ...wide,
        varMax: 0.5,
      });
      memory = found.memory;
      valueQuote *= 1 - (found.plan[0]?.share ?? 0);
      return valueQuote;
    });

    expect(risks).toEqual([2_000, 2_000, 1_000, 1_000, 1_000]);
  });

  it('goes warn, reduce, halt, flatten as the drawdown grows', () => {
    const levels = [0.04, 0.05, 0.08, 0.1, 0.15].map(
      (drawdown) =>
        assess(look({ account: { equityQuote: 10_000, drawdown, dayLoss: 0 } }), wide).state.level,
    );

    expect(levels).toEqual(['normal', 'warn', 'reduce', 'halt', 'flatten']);
  });

  it('asks for everything to be sold only while the limit is over, not while it recovers', () => {
    const deep = assess(
      look({ account: { equityQuote: 10_000, drawdown: 0.16, dayLoss: 0 } }),
      wide,
    );
    const later = look({ memory: deep.memory, nowMs: NOW + 30_000, held: [] });
    const recovering = assess(later, wide);

    expect(deep.state.reasons).toEqual(['drawdown 16 % is over 15 %: flatten']);
    expect(recovering.state.reasons).toEqual(['drawdown 0 % was over 15 %: flatten']);
    expect(deep.mustFlatten).toBe(true);
    expect(recovering.state.level).toBe('flatten');
    expect(recovering.mustFlatten).toBe(false);
  });

  it('takes no entry while what is held cannot be read, and sells nothing for that alone', () => {
    const picture = marketPicture([{ pair: BTC, candles: [] }, history(ETH, 0.007)]);
    const held = [{ pair: BTC, valueQuote: 100 }];

    const { state, plan } = assess(look({ picture, held, unread: new Set([BTC]) }), wide);
    const otherUnread = assess(look({ picture, unread: new Set([ETH]), held }), wide).state;

    expect(state.level).toBe('reduce');
    expect(state.reasons).toEqual([
      'no entries while candles of what is held cannot be read: BTC/USDT',
    ]);
    expect(state.figures['held_unread']).toBe(1);
    expect(plan).toEqual([]);
    expect(otherUnread.level).toBe('normal');
  });

  it('halves for losses what can be read and what cannot, once', () => {
    const rules = { ...wide, varMax: 0.5 };
    const picture = marketPicture([{ pair: BTC, candles: [] }, history(ETH, 0.007)]);
    const account = { equityQuote: 10_000, drawdown: 0.08, dayLoss: 0 };
    const unread = new Set([BTC]);
    const held = [
      { pair: BTC, valueQuote: 4_000 },
      { pair: ETH, valueQuote: 2_000 },
    ];
    const blind = assess(look({ picture, account, unread, held }), rules);
    expect(blind.plan).toEqual([
      { pair: BTC, share: 0.5 },
      { pair: ETH, share: 0.5 },
    ]);

    const halves = held.map(({ pair, valueQuote }) => ({ pair, valueQuote: valueQuote / 2 }));
    const still = { account, held: halves, memory: blind.memory };
    const read = assess(look(still), rules);
    expect(assess(look({ ...still, picture, unread }), rules).plan).toEqual([]);
    expect(read.plan).toEqual([]);
    // What there was at the rise is known now, and a rise to the next level halves it again.
    const halted = { equityQuote: 10_000, drawdown: 0.1, dayLoss: 0 };
    const next = assess(look({ account: halted, held: halves, memory: read.memory }), rules);
    expect(next.plan.length).toBeGreaterThan(0);
  });

  it('cuts a known value at risk that is too much, though another pair cannot be read', () => {
    const picture = marketPicture([history(BTC, 0.005), history(ETH, 0.03)]);
    const held = [
      { pair: BTC, valueQuote: 1_000 },
      { pair: ETH, valueQuote: 4_000 },
    ];

    const { plan, memory } = assess(look({ picture, held, unread: new Set([BTC]) }), wide);

    expect(memory.get('value-at-risk')?.level).not.toBe('normal');
    expect(plan.map(({ pair }) => pair)).toEqual([ETH]);
  });

  it('sells nothing of a pair for a volatility that is a guess', () => {
    const limits = { ...wide.limits, daily_volatility_max: 0.08 };
    const picture = marketPicture([BTC, ETH].map((pair) => ({ pair, candles: [] })));

    const guessed = assess(look({ picture, unread: new Set([BTC, ETH]) }), { ...wide, limits });
    const known = assess(look({ picture }), { ...wide, limits });

    expect(guessed.plan).toEqual([]);
    expect(known.plan.length).toBeGreaterThan(0);
  });

  it('sells what the venue does not trade now after everything that it does', () => {
    const limits = { ...wide.limits, total_exposure_max: 0.6 };
    const held = [
      { pair: BTC, valueQuote: 4_000 },
      { pair: ETH, valueQuote: 4_000, isHalted: true },
    ];

    const { plan } = assess(look({ held }), { ...wide, varMax: 1, limits });

    expect(plan.map(({ pair }) => pair)).toEqual([BTC]);
  });

  it('puts what is held through the shocks of its rules, and names the worst', () => {
    const shocks = StressShocks.parse([
      { name: 'mild', returns: { BTC: -0.1 }, others: -0.1 },
      { name: 'hard', returns: { BTC: -0.2 }, others: -0.5 },
      { name: 'rally', returns: {}, others: 0.3 },
    ]);

    const { figures } = assess(look(), { ...wide, shocks }).state;

    // 0.3 of the equity is in BTC, 0.2 in ETH.
    expect(figures['shock_mild']).toBeCloseTo(0.05, 12);
    expect(figures['shock_hard']).toBeCloseTo(0.16, 12);
    expect(figures['shock_rally']).toBeCloseTo(-0.15, 12);
    expect(figures['stress_history']).toBeCloseTo(0.16, 12);
  });

  it('reckons what fat tails would cost: more than a normal would, less than all that is held', () => {
    const { figures } = assess(look(), wide).state;
    const worst = figures['stress_fat_tails'] ?? 0;

    // Normal days lose 2.67 deviations on average in their worst hundredth, those of Student's t 4.04.
    expect(worst).toBeGreaterThan(3 * (figures['volatility'] ?? 1));
    expect(worst).toBeLessThan(6 * (figures['volatility'] ?? 0));
    expect(assess(look({ held: [] }), wide).state.figures['stress_fat_tails']).toBe(0);
  });

  it('counts a pair that is not held as concentrated when its entry would outweigh all others', () => {
    const concentrationOf = (most: number, valueQuote: number) => {
      const rules = { ...RULES, limits: RiskLimits.parse({ pair_exposure_max: most }) };
      const { state } = assess(look({ held: [{ pair: ETH, valueQuote }] }), rules);
      return state.pairs.find(({ pair }) => pair === BTC)?.scalers.concentration;
    };

    // 0.5 of 0.75, and 0.05 of 0.3.
    expect(concentrationOf(0.5, 2_500)).toBeCloseTo(0.75, 9);
    expect(concentrationOf(0.05, 2_500)).toBe(1);
    // A first position is a beginning.
    expect(concentrationOf(0.5, 0)).toBe(1);
  });

  it('is the same for the same look', () => {
    expect(assess(look(), wide)).toEqual(assess(look(), wide));
  });

  it('of nothing held and no history is still a state', () => {
    const empty = look({ picture: marketPicture([{ pair: BTC, candles: [] }]), held: [] });

    expect(RiskState.parse(assess(empty, wide).state).pairs[0]?.volatility).toBe(0.15);
  });
});
