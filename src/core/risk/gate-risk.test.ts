/** What the risk agent's picture does to an entry: refuses it, shrinks it, or leaves it alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RiskState } from '#core/model/risk-state.ts';
import { toNumber } from '#core/money/decimal.ts';
import type { RiskLimits } from './config.ts';
import { gate } from './gate.ts';
import { calmRisk, enter, EXIT, inputOf, NOW, OTHER, PAIR, text } from './gate.fixture.ts';
import type { GateInput } from './gate-input.ts';
import { gateRisk, portfolioRoom } from './gate-risk.ts';

/** With room for everything else, so that only the portfolio binds. */
const ROOMY = { risk_fraction: 0.02, pair_exposure_max: 0.9, total_exposure_max: 0.95 };

function asked(
  state: Partial<RiskState>,
  limits: Partial<RiskLimits> = {},
  changed: Partial<GateInput> = {},
) {
  const input = inputOf(changed);
  return gate({
    ...input,
    risk: gateRisk(calmRisk(state)),
    limits: { ...input.limits, ...limits },
  });
}

function pairs(changed: object): RiskState['pairs'] {
  return calmRisk().pairs.map((pair) => ({ ...pair, ...changed }));
}

function bought(verdict: ReturnType<typeof gate>): number {
  if (verdict.kind !== 'accept' || verdict.action !== 'enter') return 0;
  return toNumber(verdict.qty) * toNumber(verdict.limitPrice);
}

describe('the gate and the risk state', () => {
  it.each([
    ['never heard of', undefined],
    ['too old', gateRisk(calmRisk({ atMs: NOW - 120_001 }))],
    ['of the future', gateRisk(calmRisk({ atMs: NOW + 120_001 }))],
    ['without the pair', gateRisk(calmRisk({ pairs: [], correlations: [] }))],
  ])('refuses an entry on one %s, and never an exit', (_, risk) => {
    const held = [{ pair: PAIR, qty: text('0.1'), valueQuote: text('5000') }];

    expect(gate(inputOf({ risk }))).toMatchObject({
      kind: 'refuse',
      reasons: [{ code: 'risk-unknown' }],
    });
    expect(gate(inputOf({ risk, intent: EXIT, positions: held })).kind).toBe('accept');
  });

  it('needs none where the limit says so', () => {
    const limits = { ...inputOf().limits, risk_state_age_max_ms: null };

    expect(gate(inputOf({ risk: undefined, limits })).kind).toBe('accept');
  });

  it.each(['reduce', 'halt', 'flatten'] as const)('takes no entry at level %s', (level) => {
    expect(asked({ level })).toMatchObject({ reasons: [{ code: 'risk-level', found: level }] });
  });

  it('takes one at warn', () => {
    expect(asked({ level: 'warn' }).kind).toBe('accept');
  });

  it('enters nothing that moves more than half its price in a day', () => {
    expect(asked({ pairs: pairs({ volatility: 0.51 }) })).toMatchObject({
      kind: 'refuse',
      reasons: [{ code: 'daily-volatility', found: 0.51, limit: 0.5 }],
    });
  });

  it('risks the product of all scalers of what it would', () => {
    const scalers = { volatility: 0.8, correlation: 0.5, concentration: 1, liquidity: 1 };

    const whole = bought(asked({}));
    const scaled = asked({ accountScaler: 0.5, pairs: pairs({ scalers }) });

    expect(bought(scaled) / whole).toBeCloseTo(0.2, 2);
    expect(scaled.reasons).toContainEqual({ code: 'risk-scaled', found: 0.2 });
  });

  it('buys nothing when a scaler is zero', () => {
    expect(asked({ accountScaler: 0 }).kind).toBe('refuse');
  });

  it('holds no more of a pair than a tenth of what trades in a day', () => {
    const verdict = asked({ pairs: pairs({ dailyVolumeQuote: 2_000 }) }, ROOMY);

    expect(bought(verdict)).toBeLessThanOrEqual(200);
    expect(bought(verdict)).toBeGreaterThan(198);
    expect(verdict.reasons.map(({ code }) => code)).toContain('daily-volume');
  });

  it('and no more than the optimiser gives it', () => {
    const verdict = asked({ pairs: pairs({ capFraction: 0.03 }) }, ROOMY);

    expect(bought(verdict)).toBeLessThanOrEqual(300);
    expect(verdict.reasons.map(({ code }) => code)).toContain('optimiser-cap');
  });

  it('leaves the whole portfolio within its value at risk, the order included', () => {
    const held = fc.double({ min: 0, max: 0.4, noNaN: true });
    const volatility = fc.double({ min: 0.01, max: 0.3, noNaN: true });
    const correlation = fc.double({ min: -0.5, max: 0.89, noNaN: true });
    fc.assert(
      fc.property(held, volatility, volatility, correlation, (share, first, second, moved) => {
        const [own, other] = calmRisk().pairs;
        if (own === undefined || other === undefined) return;
        const state = {
          pairs: [
            { ...own, volatility: first },
            { ...other, volatility: second },
          ],
          correlations: [moved],
        };
        const value = (10_000 * share).toFixed(2);
        const positions =
          share === 0 ? [] : [{ pair: OTHER, qty: text('1'), valueQuote: text(value) }];

        const verdict = asked(state, ROOMY, { positions });

        const weight = bought(verdict) / 10_000;
        const variance =
          (weight * first) ** 2 +
          (share * second) ** 2 +
          2 * weight * share * first * second * moved;
        const before = 2.326348 * share * second;
        if (before <= 0.05) expect(2.326348 * Math.sqrt(variance)).toBeLessThanOrEqual(0.050001);
        else if (moved >= 0) expect(weight).toBe(0);
      }),
    );
  });

  it('names the value at risk when that is what binds', () => {
    const verdict = asked({ pairs: pairs({ volatility: 0.2 }) }, ROOMY);

    // 0.05 / 2.326 / 0.2 of 10,000.
    expect(bought(verdict)).toBeCloseTo(1_074.6, -1);
    expect(verdict.reasons.map(({ code }) => code)).toContain('value-at-risk');
  });

  it('counts what moves together as one', () => {
    const positions = [{ pair: OTHER, qty: text('1'), valueQuote: text('4800') }];
    const together = asked({ correlations: [0.95] }, { ...ROOMY, var_max: 1 }, { positions });
    const apart = asked({ correlations: [0.5] }, { ...ROOMY, var_max: 1 }, { positions });

    expect(bought(together)).toBeLessThanOrEqual(200);
    expect(together.reasons.map(({ code }) => code)).toContain('correlated-exposure');
    expect(bought(apart)).toBeGreaterThan(1_000);
  });

  it('takes a holding that is not in the picture for the wildest, moving with everything', () => {
    const strange = { pair: 'NEW/USDT' as typeof PAIR, fraction: 0.2 };
    const limits = { varMax: 0.05, correlationHigh: 0.9, correlatedMax: 0.5 };
    const room = (held: { pair: typeof PAIR; fraction: number }[]) =>
      portfolioRoom(gateRisk(calmRisk()), { pair: PAIR, held, ...limits });

    expect(room([strange]).correlated).toBeCloseTo(0.3, 12);
    expect(room([strange]).valueAtRisk).toBeCloseTo(room([]).valueAtRisk - 0.2, 9);
    expect(room([{ ...strange, fraction: 9 }]).valueAtRisk).toBe(0);
  });

  it('is the same for the same input', () => {
    const input = inputOf({ intent: enter() });

    expect(gate(input)).toEqual(gate(structuredClone(input)));
  });
});
