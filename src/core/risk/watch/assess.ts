/**
 * One look at the portfolio: figures, limits, scalers and what the gate needs, from the market's
 * picture and the account. Pure: the same look gives the same state.
 */
import type { Pair } from '#core/model/pair.ts';
import type { LimitStatus, RiskState } from '#core/model/risk-state.ts';
import { daysToExit } from '../measure/concentration.ts';
import { portfolioVariance } from '../measure/portfolio-risk.ts';
import { fallbackOf, positionCaps } from './caps.ts';
import type { Caps } from './caps.ts';
import { cutBounds, keepRiskAtRise } from './cut-bounds.ts';
import { figuresOf } from './figures.ts';
import { holdingsOf } from './holdings.ts';
import { limitsOf } from './limits.ts';
import type { AssessRules, Look } from './look.ts';
import { pairRisk } from './pairs.ts';
import { reasonsOf } from './reasons.ts';
import { partsOf, reducePlan } from './reduce-plan.ts';
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
  /** By what the optimiser's caps are, and why not by what was asked for. */
  readonly caps: Pick<Caps, 'method' | 'failed'>;
}

export function assess(look: Look, rules: AssessRules): Assessment {
  const { picture, account, nowMs, unread } = look;
  const holdings = holdingsOf(look);
  const { fractions, laidOut, weights, blind, riskOf, valueAtRisk } = holdings;
  const deviation = Math.sqrt(portfolioVariance(laidOut, weights));
  const figures = figuresOf(look, { rules, weights, deviation });
  const exposure = figures['exposure'] ?? 0;
  const sharpe = figures['sharpe'];
  const watched = limitsOf(look, { rules, fractions, exposure, valueAtRisk, sharpe });
  const heldRisk = { valueAtRisk, unread: blind };
  const memory = keepRiskAtRise(stepLimits(look.memory, watched, { nowMs, rules: rules.machine }), {
    before: look.memory,
    watched,
    held: heldRisk,
    riskOfOne: holdings.riskOfOne,
  });
  const limits = [...memory.values()];
  const caps = positionCaps(picture, rules.caps);
  const pairs = picture.pairs.map((_, place) =>
    pairRisk(look, {
      rules,
      place,
      weights,
      exposure,
      cap: caps.fractions[place],
    }),
  );
  const held = heldPositions(look, { rules, fractions });
  const bounds = cutBounds(watched, { memory, margin: rules.machine.margin, held: heldRisk });
  return {
    memory,
    caps,
    plan: bounds === undefined ? [] : reducePlan(laidOut, { held, bounds, riskOf, unread }),
    mustFlatten: limits.some(
      (limit) => limit.level === 'flatten' && limit.calmSinceMs === undefined,
    ),
    state: {
      atMs: nowMs,
      // Nobody knows what an entry would make of it.
      level: worstLevel([
        blind.size > 0 ? 'reduce' : 'normal',
        ...limits.map((limit) => limit.level),
      ]),
      reasons: reasonsOf(watched, { memory, blind: [...blind.keys()] }),
      accountScaler: accountScaler({
        drawdown: account.drawdown,
        drawdownHalt: rules.limits.drawdown_halt,
        // While there is no figure after a trial has begun, it is taken for too low.
        sharpe: sharpe ?? (look.isOnTrial ? Number.NEGATIVE_INFINITY : undefined),
        sharpeMin: rules.sharpeMin,
      }),
      pairs,
      correlations: picture.correlation.flatMap((row, i) => row.slice(0, i)),
      limits: limits.map(toldOf),
      figures: { ...figures, ...caps.figures, optimiser_fallback: fallbackOf(caps) },
    },
  };
}

function toldOf(limit: LimitMemory): LimitStatus {
  const { calmSinceMs: _calm, riskAtRise: _risk, unreadAtRise: _unread, ...status } = limit;
  return status;
}

function heldPositions(
  { picture, held }: Look,
  { rules, fractions }: { rules: AssessRules; fractions: ReadonlyMap<Pair, number> },
): HeldPosition[] {
  return held.map(({ pair, valueQuote, leastSaleQuote, isHalted }) => {
    // A sale that waits for the venue reaches no bound: what can be sold goes first.
    const volume = isHalted === true ? 0 : (picture.dailyVolumes[picture.pairs.indexOf(pair)] ?? 0);
    const { participation } = rules;
    const days = daysToExit({ valueQuote, dailyVolumeQuote: volume, participation });
    const parts = partsOf(valueQuote, leastSaleQuote);
    return { pair, fraction: fractions.get(pair) ?? 0, daysToExit: days, parts };
  });
}
