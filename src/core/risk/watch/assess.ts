/**
 * One look at the portfolio: figures, limits, scalers and what the gate needs, from the market's
 * picture and the account. Pure: the same look gives the same state.
 */
import { percent } from '#core/allocation/limits.ts';
import type { Pair } from '#core/model/pair.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import { daysToExit } from '../measure/concentration.ts';
import { portfolioVariance, riskPicture } from '../measure/portfolio-risk.ts';
import { positionCaps } from './caps.ts';
import { cutBounds, keepRiskAtRise } from './cut-bounds.ts';
import { dayRiskOf } from './day-risk.ts';
import { figuresOf } from './figures.ts';
import { limitsOf } from './limits.ts';
import type { WatchedLimit } from './limits.ts';
import type { AssessRules, Look } from './look.ts';
import { pairRisk } from './pairs.ts';
import { reducePlan } from './reduce-plan.ts';
import type { HeldPosition, Sale } from './reduce-plan.ts';
import { accountScaler } from './scalers.ts';
import { keyOf, stepLimits, worstLevel } from './step-limits.ts';
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
  const exposure = figures['exposure'] ?? 0;
  const riskOf = (of: Float64Array) =>
    dayRiskOf(of, { market: picture, laidOut, random: look.random });
  const valueAtRisk = riskOf(weights);
  const sharpe = figures['sharpe'];
  const isBlind = (figures['held_unread'] ?? 0) > 0;
  const watched = limitsOf(look, { rules, fractions, exposure, valueAtRisk, sharpe });
  const knownRisk = isBlind ? undefined : valueAtRisk;
  const memory = keepRiskAtRise(stepLimits(look.memory, watched, { nowMs, rules: rules.machine }), {
    before: look.memory,
    watched,
    valueAtRisk: knownRisk,
  });
  const limits = [...memory.values()];
  const level = worstLevel(limits.map((limit) => limit.level));
  const caps = positionCaps(picture, rules.caps);
  const pairs = picture.pairs.map((_, place) =>
    pairRisk(look, {
      rules,
      place,
      weights,
      exposure,
      cap: caps.kind === 'caps' ? caps.fractions[place] : undefined,
    }),
  );
  const held = heldPositions(look, { rules, fractions });
  const bounds = cutBounds(watched, {
    memory,
    margin: rules.machine.margin,
    valueAtRisk: knownRisk,
  });
  return {
    memory,
    infeasible: caps.kind === 'infeasible' ? caps.reasons : [],
    plan: bounds === undefined ? [] : reducePlan(laidOut, { held, bounds, riskOf }),
    mustFlatten: limits.some(
      (limit) => limit.level === 'flatten' && limit.calmSinceMs === undefined,
    ),
    state: {
      atMs: nowMs,
      level,
      reasons: [
        ...(isBlind
          ? ['candles of what is held cannot be read: nothing is sold for its risk']
          : []),
        ...watched.flatMap((limit) => reasonsOf(limit, memory.get(keyOf(limit)))),
      ].slice(0, 50),
      accountScaler: accountScaler({
        drawdown: account.drawdown,
        drawdownHalt: rules.limits.drawdown_halt,
        sharpe,
        sharpeMin: rules.sharpeMin,
      }),
      pairs,
      correlations: picture.correlation.flatMap((row, i) => row.slice(0, i)),
      limits: limits.map(({ calmSinceMs: _calm, riskAtRise: _risk, ...limit }) => limit),
      figures: caps.kind === 'caps' ? { ...figures, ...caps.figures } : figures,
    },
  };
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

function reasonsOf(limit: WatchedLimit, now: LimitMemory | undefined): string[] {
  if (now === undefined || now.level === 'normal') return [];
  const of = now.subject === undefined ? '' : ` of ${now.subject}`;
  const [value, bound] = [now.value, now.bound].map((figure) =>
    limit.unit === 'fraction' ? percent(figure) : String(Number(figure.toFixed(2))),
  );
  const side = limit.isFloor === true ? 'under' : 'over';
  return [`${now.name}${of} ${value} is ${side} ${bound}: ${now.level}`];
}
