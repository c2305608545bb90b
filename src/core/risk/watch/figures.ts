/** The figures of a portfolio by name, as the state shows them: fractions of equity, of one day. */
import { baseOf } from '#core/model/pair.ts';
import { betaTo, hhi } from '../measure/concentration.ts';
import { sharpeRatio } from '../measure/performance.ts';
import { normalVar } from '../measure/portfolio-risk.ts';
import type { Shock } from '../measure/shocks.ts';
import { choleskyRoot, fatTailLoss, shockLoss, togetherLoss } from '../measure/stress.ts';
import type { Holding } from '../measure/stress.ts';
import { historicalVar, parametricVar } from '../measure/value-at-risk.ts';
import { HOURS_TO_DAY, portfolioReturns, simulatedHour } from './day-risk.ts';
import type { AssessRules, Look } from './look.ts';

const DAYS_A_YEAR = 365;
const BLACK_SWAN_SIGMAS = 6;

interface Reckoned {
  readonly rules: AssessRules;
  /** Fractions of equity, in the order of the picture's pairs. */
  readonly weights: Float64Array;
  /** Of one day of the whole. */
  readonly deviation: number;
}

export function figuresOf(
  look: Look,
  { rules, weights, deviation }: Reckoned,
): Record<string, number> {
  const { picture, account, random } = look;
  const returns = portfolioReturns(picture, weights);
  const holdings = picture.pairs.map((pair, place) => ({
    base: baseOf(pair),
    weight: weights[place] ?? 0,
    volatility: picture.volatilities[place] ?? 0,
  }));
  const figures: Record<string, number> = {
    exposure: weights.reduce((sum, weight) => sum + weight, 0),
    drawdown: account.drawdown,
    day_loss: account.dayLoss,
    volatility: deviation,
    var_now: normalVar(deviation),
    hhi: hhi([...weights]),
    held_unread: look.held.filter(({ pair }) => look.unread.has(pair)).length,
    held_unpriced: look.held.filter(({ pair }) => look.unpriced.has(pair)).length,
    ...shockLosses(holdings, rules.shocks),
    stress_black_swan: togetherLoss(holdings, BLACK_SWAN_SIGMAS),
  };
  const simulated = simulatedHour(returns, random);
  if (simulated !== undefined) {
    const tails = {
      historical: historicalVar(returns),
      parametric: parametricVar(returns),
      simulated,
    };
    for (const [method, tail] of Object.entries(tails)) {
      figures[`var_${method}`] = tail.valueAtRisk * HOURS_TO_DAY;
      figures[`cvar_${method}`] = tail.expectedShortfall * HOURS_TO_DAY;
    }
    const market = [...picture.returns].find(([pair]) => pair.startsWith('BTC/'))?.[1];
    const beta = market === undefined ? Number.NaN : betaTo(returns, market);
    if (Number.isFinite(beta)) figures['beta_btc'] = beta;
  }
  figures['stress_fat_tails'] = fatTails(look, weights);
  const days = look.dailyReturns;
  if (days.length >= rules.sharpeDaysMin) {
    const sharpe = sharpeRatio(days, { periodsPerYear: DAYS_A_YEAR });
    if (Number.isFinite(sharpe)) figures['sharpe'] = sharpe;
  }
  return figures;
}

/** What each shock would cost, and the worst of them. */
function shockLosses(
  holdings: readonly Holding[],
  shocks: readonly Shock[],
): Record<string, number> {
  const losses = shocks.map(
    (shock) => [`shock_${shock.name}`, shockLoss(holdings, shock)] as const,
  );
  return {
    ...Object.fromEntries(losses),
    stress_history: Math.max(0, ...losses.map(([, loss]) => loss)),
  };
}

/**
 * Mean of the worst hundredth of days when the tails are those of Student's t and bad days are shared.
 * What is not held moves nothing and is left out: the root grows with the cube of the assets.
 */
function fatTails({ picture, stressRandom: random }: Look, weights: Float64Array): number {
  const held = [...weights.keys()].filter((place) => (weights[place] ?? 0) > 0);
  if (held.length === 0) return 0;
  const { volatilities, correlation } = picture;
  const covariance = held.map((i) =>
    held.map((j) => (correlation[i]?.[j] ?? 0) * (volatilities[i] ?? 0) * (volatilities[j] ?? 0)),
  );
  return fatTailLoss(
    held.map((place) => weights[place] ?? 0),
    { random, root: choleskyRoot(covariance) },
  ).expectedShortfall;
}
