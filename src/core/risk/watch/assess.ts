/**
 * One look at the portfolio: figures, limits, scalers and what the gate needs, from the market's
 * picture and the account. Pure: the same look gives the same state.
 */
import { percent } from '#core/allocation/limits.ts';
import { baseOf } from '#core/model/pair.ts';
import type { Pair } from '#core/model/pair.ts';
import type { PairRisk, RiskState } from '#core/model/risk-state.ts';
import type { RiskLimits } from '../config.ts';
import { betaTo, daysToExit, hhi } from '../measure/concentration.ts';
import { normalVar, portfolioVariance, riskPicture } from '../measure/portfolio-risk.ts';
import { sharpeRatio } from '../measure/performance.ts';
import { simpleReturns } from '../measure/returns.ts';
import { DEFAULT_SHOCKS } from '../measure/shocks.ts';
import { shockLoss, togetherLoss } from '../measure/stress.ts';
import { filteredMonteCarloVar, historicalVar, parametricVar } from '../measure/value-at-risk.ts';
import { positionCaps } from './caps.ts';
import type { CapRules } from './caps.ts';
import type { MarketPicture } from './market-picture.ts';
import { reducePlan } from './reduce-plan.ts';
import type { HeldPosition, Sale } from './reduce-plan.ts';
import { accountScaler, pairScalers } from './scalers.ts';
import { stepLimits, worstLevel } from './step-limits.ts';
import type { Limit, LimitMemory, LimitRules } from './step-limits.ts';

export interface AssessRules {
  readonly limits: RiskLimits;
  readonly varMax: number;
  readonly volatilityTarget: number;
  readonly sharpeMin: number;
  readonly sharpeDaysMin: number;
  readonly participation: number;
  readonly caps: CapRules;
  readonly machine: LimitRules;
}

export interface Look {
  readonly nowMs: number;
  readonly picture: MarketPicture;
  readonly held: readonly { readonly pair: Pair; readonly valueQuote: number }[];
  readonly account: {
    readonly equityQuote: number;
    readonly drawdown: number;
    readonly dayLoss: number;
  };
  /** Equity at the end of each day, oldest first, today's last. */
  readonly dailyEquity: readonly number[];
  readonly memory: ReadonlyMap<string, LimitMemory>;
  readonly random: { next(): number };
}

export interface Assessment {
  readonly state: RiskState;
  readonly memory: ReadonlyMap<string, LimitMemory>;
  /** What to sell while the level asks for it. */
  readonly plan: readonly Sale[];
  /** A limit asks for everything to be sold, now: one that only waits for its recovery does not. */
  readonly mustFlatten: boolean;
  /** Why the optimiser gives no caps. */
  readonly infeasible: readonly string[];
}

const DAYS_A_YEAR = 365;
const HOURS = 24;
const BLACK_SWAN_SIGMAS = 6;

export function assess(look: Look, rules: AssessRules): Assessment {
  const { picture, account, nowMs } = look;
  const equity = account.equityQuote;
  const fractions = new Map(
    look.held.map(({ pair, valueQuote }) => [pair, equity > 0 ? valueQuote / equity : 0]),
  );
  const laidOut = riskPicture(picture.pairs, picture.volatilities, picture.correlation);
  const weights = Float64Array.from(picture.pairs, (pair) => fractions.get(pair) ?? 0);
  const deviation = Math.sqrt(portfolioVariance(laidOut, weights));
  const figures = figuresOf(look, { rules, weights, deviation });
  const memory = stepLimits(look.memory, limitsOf(look, { rules, fractions, figures }), {
    nowMs,
    rules: rules.machine,
  });
  const limits = [...memory.values()];
  const level = worstLevel(limits.map((limit) => limit.level));
  const caps = positionCaps(picture, rules.caps);
  const pairs = picture.pairs.map((_, place) =>
    pairRisk(look, {
      rules,
      place,
      weights,
      exposure: figures['exposure'] ?? 0,
      cap: caps.kind === 'caps' ? caps.fractions[place] : undefined,
    }),
  );
  const heldNow = heldPositions(look, { rules, fractions });
  const sharpe = figures['sharpe'];
  const target = reduceTarget(limits, { varMax: rules.varMax, deviation });
  return {
    memory,
    infeasible: caps.kind === 'infeasible' ? caps.reasons : [],
    plan: target === undefined ? [] : reducePlan(laidOut, heldNow, target),
    mustFlatten: limits.some((limit) => limit.level === 'flatten' && isNow(limit)),
    state: {
      atMs: nowMs,
      level,
      reasons: limits
        .filter((limit) => limit.level !== 'normal')
        .map(reasonOf)
        .slice(0, 50),
      accountScaler: accountScaler({
        drawdown: account.drawdown,
        drawdownHalt: rules.limits.drawdown_halt,
        sharpe,
        sharpeMin: rules.sharpeMin,
      }),
      pairs,
      correlations: picture.correlation.flatMap((row, i) => row.slice(0, i)),
      limits: limits.map(({ calmSinceMs: _calm, ...limit }) => limit),
      figures,
    },
  };
}

/** A cut goes a little further than the bound, or the next look would cut again. */
const TARGET = 0.9;
/** Part of a halting loss at which positions are cut, and to what part of their risk. */
const LOSS_REDUCE = 0.75;
const LOSS_TARGET = 0.5;

const CUTTING: ReadonlySet<RiskState['level']> = new Set(['reduce', 'halt']);

function isNow({ calmSinceMs }: LimitMemory): boolean {
  return calmSinceMs === undefined;
}

/**
 * The value at risk to come down to, while a limit asks for it: its own bound, or half of what there is
 * when losses are what asks. Undefined: nothing is to be cut.
 */
function reduceTarget(
  limits: readonly LimitMemory[],
  { varMax, deviation }: { readonly varMax: number; readonly deviation: number },
): number | undefined {
  const asking = limits.filter((limit) => CUTTING.has(limit.level) && isNow(limit));
  if (asking.length === 0) return undefined;
  const isLosing = asking.some(({ name }) => name === 'drawdown' || name === 'day-loss');
  return Math.min(varMax * TARGET, isLosing ? LOSS_TARGET * normalVar(deviation) : Infinity);
}

interface Reckoned {
  readonly rules: AssessRules;
  readonly weights: Float64Array;
  readonly deviation: number;
}

function figuresOf(look: Look, { rules, weights, deviation }: Reckoned): Record<string, number> {
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

function limitsOf(
  look: Look,
  given: {
    readonly rules: AssessRules;
    readonly fractions: ReadonlyMap<Pair, number>;
    readonly figures: Readonly<Record<string, number>>;
  },
): Limit[] {
  const { rules, fractions, figures } = given;
  const { limits, varMax } = rules;
  const account = (name: string, value: number, bounds: Limit['bounds']): Limit => ({
    name,
    scope: 'account',
    value,
    bounds,
  });
  // The sharper of what the volatility of now says and what the hours of late have shown.
  const valueAtRisk = Math.max(figures['var_now'] ?? 0, figures['var_simulated'] ?? 0);
  return [
    account('drawdown', look.account.drawdown, {
      warn: limits.drawdown_halt / 2,
      reduce: limits.drawdown_halt * LOSS_REDUCE,
      halt: limits.drawdown_halt,
      flatten: limits.month_drawdown_max,
    }),
    account('day-loss', look.account.dayLoss, {
      warn: limits.daily_loss_max / 2,
      reduce: limits.daily_loss_max * LOSS_REDUCE,
      halt: limits.daily_loss_max,
    }),
    account('value-at-risk', valueAtRisk, {
      warn: varMax,
      reduce: varMax * 1.25,
      halt: varMax * 2.5,
    }),
    account('exposure', figures['exposure'] ?? 0, {
      warn: limits.total_exposure_max,
      reduce: limits.total_exposure_max * 1.05,
    }),
    ...instrumentLimits(look, { rules, fractions }),
  ];
}

function instrumentLimits(
  { picture }: Look,
  { rules, fractions }: { rules: AssessRules; fractions: ReadonlyMap<Pair, number> },
): Limit[] {
  const { limits } = rules;
  return picture.pairs.flatMap((pair, place): Limit[] => {
    const fraction = fractions.get(pair) ?? 0;
    if (fraction <= 0) return [];
    const of = { scope: 'instrument', subject: pair } as const;
    const most = limits.daily_volatility_max;
    return [
      {
        ...of,
        name: 'pair-exposure',
        value: fraction,
        bounds: { warn: limits.pair_exposure_max * 1.25, reduce: limits.pair_exposure_max * 2 },
      },
      {
        ...of,
        name: 'daily-volatility',
        value: picture.volatilities[place] ?? 0,
        bounds: { warn: most, reduce: most * 1.5 },
      },
    ];
  });
}

function pairRisk(
  look: Look,
  given: {
    readonly rules: AssessRules;
    readonly place: number;
    readonly weights: Float64Array;
    readonly exposure: number;
    readonly cap: number | undefined;
  },
): PairRisk {
  const { picture, account } = look;
  const { rules, place, weights, exposure, cap } = given;
  const volatility = picture.volatilities[place] ?? 0;
  const volume = picture.dailyVolumes[place];
  const valueQuote = account.equityQuote * rules.limits.pair_exposure_max;
  const scalers = pairScalers({
    volatility,
    volatilityTarget: rules.volatilityTarget,
    correlationToHeld: correlationToHeld(picture, { place, weights }),
    shareOfInvested: exposure > 0 ? (weights[place] ?? 0) / exposure : 0,
    exposure,
    daysToExit:
      volume === undefined
        ? undefined
        : daysToExit({
            valueQuote,
            dailyVolumeQuote: volume,
            participation: rules.participation,
          }),
  });
  return {
    pair: picture.pairs[place] as Pair,
    volatility,
    ...(volume === undefined ? {} : { dailyVolumeQuote: volume }),
    scalers,
    ...(cap === undefined ? {} : { capFraction: cap }),
  };
}

function correlationToHeld(
  { correlation }: MarketPicture,
  { place, weights }: { place: number; weights: Float64Array },
): number {
  let total = 0;
  let sum = 0;
  weights.forEach((weight, other) => {
    if (other === place) return;
    total += weight;
    sum += weight * (correlation[place]?.[other] ?? 0);
  });
  return total > 0 ? sum / total : 0;
}

function heldPositions(
  { picture, held }: Look,
  { rules, fractions }: { rules: AssessRules; fractions: ReadonlyMap<Pair, number> },
): HeldPosition[] {
  return held.map(({ pair, valueQuote }) => {
    const volume = picture.dailyVolumes[picture.pairs.indexOf(pair)] ?? 0;
    const { participation } = rules;
    const days = daysToExit({ valueQuote, dailyVolumeQuote: volume, participation });
    return { pair, fraction: fractions.get(pair) ?? 0, daysToExit: days };
  });
}

function reasonOf({ name, subject, value, bound, level }: LimitMemory): string {
  const of = subject === undefined ? '' : ` of ${subject}`;
  return `${name}${of} ${percent(value)} is over ${percent(bound)}: ${level}`;
}
