/**
 * One look at the portfolio: figures, limits, scalers and what the gate needs, from the market's
 * picture and the account. Pure: the same look gives the same state.
 */
import { percent } from '#core/allocation/limits.ts';
import type { Pair } from '#core/model/pair.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import { daysToExit } from '../measure/concentration.ts';
import { normalVar, portfolioVariance, riskPicture } from '../measure/portfolio-risk.ts';
import { positionCaps } from './caps.ts';
import { figuresOf } from './figures.ts';
import { limitsOf } from './limits.ts';
import type { AssessRules, Look } from './look.ts';
import { pairRisk } from './pairs.ts';
import { reducePlan } from './reduce-plan.ts';
import type { HeldPosition, Sale } from './reduce-plan.ts';
import { accountScaler } from './scalers.ts';
import { stepLimits, worstLevel } from './step-limits.ts';
import type { LimitMemory } from './step-limits.ts';

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
/** To what part of their risk positions are cut when losses ask for it. */
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
