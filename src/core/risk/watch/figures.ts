/** The figures of a portfolio by name, as the state shows them: fractions of equity, of one day. */
import { baseOf } from '#core/model/pair.ts';
import { betaTo, hhi } from '../measure/concentration.ts';
import { sharpeRatio } from '../measure/performance.ts';
import { normalVar } from '../measure/portfolio-risk.ts';
import { simpleReturns } from '../measure/returns.ts';
import { DEFAULT_SHOCKS } from '../measure/shocks.ts';
import { shockLoss, togetherLoss } from '../measure/stress.ts';
import { filteredMonteCarloVar, historicalVar, parametricVar } from '../measure/value-at-risk.ts';
import type { AssessRules, Look } from './look.ts';
import type { MarketPicture } from './market-picture.ts';

const DAYS_A_YEAR = 365;
const HOURS = 24;
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
  const scale = Math.sqrt(HOURS);
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
    stress_history: Math.max(0, ...DEFAULT_SHOCKS.map((shock) => shockLoss(holdings, shock))),
    stress_black_swan: togetherLoss(holdings, BLACK_SWAN_SIGMAS),
  };
  if (returns.length > 1 && returns.some((value) => value !== 0)) {
    const tails = {
      historical: historicalVar(returns),
      parametric: parametricVar(returns),
      simulated: filteredMonteCarloVar(returns, { random, draws: 2_000 }),
    };
    for (const [method, tail] of Object.entries(tails)) {
      figures[`var_${method}`] = tail.valueAtRisk * scale;
      figures[`cvar_${method}`] = tail.expectedShortfall * scale;
    }
    const market = [...picture.returns].find(([pair]) => pair.startsWith('BTC/'))?.[1];
    const beta = market === undefined ? Number.NaN : betaTo(returns, market);
    if (Number.isFinite(beta)) figures['beta_btc'] = beta;
  }
  const days = simpleReturns(look.dailyEquity);
  if (days.length >= rules.sharpeDaysMin) {
    const sharpe = sharpeRatio(days, { periodsPerYear: DAYS_A_YEAR });
    if (Number.isFinite(sharpe)) figures['sharpe'] = sharpe;
  }
  return figures;
}

/** Hourly returns that what is held now would have had; young pairs have none to tell. */
function portfolioReturns({ pairs, returns }: MarketPicture, weights: Float64Array): number[] {
  const hours = [...returns.values()][0]?.length ?? 0;
  return Array.from({ length: hours }, (_, hour) =>
    pairs.reduce((sum, pair, place) => {
      const move = returns.get(pair)?.[hour];
      return move === undefined ? sum : sum + (weights[place] ?? 0) * Math.expm1(move);
    }, 0),
  );
}
