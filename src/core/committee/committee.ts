/**
 * The committee: asks every analyst, votes, and says how far stop and target lie. Pure: the same
 * input gives the same verdict, in shadow, in production and in a backtest. It knows no position
 * and no clock; what is done with the verdict is decided in `plan.ts`.
 */
import type { AnalystReport, NoEntryReason } from '#core/model/decision.ts';
import { type AnalystInput, type Seat, abstention } from './analyst.ts';
import type { CommitteeConfig } from './config.ts';
import { type Distances, distancesOf } from './distances.ts';
import { rationaleOf } from './rationale.ts';
import { type Regime, regimeFactor, regimeOf } from './regime.ts';
import { type Ballot, type Outcome, vote } from './vote.ts';

export interface Committee {
  readonly seats: readonly Seat[];
  readonly config: CommitteeConfig;
}

export interface Verdict {
  readonly action: 'buy' | 'sell' | 'hold';
  readonly stance: number;
  readonly confidence: number;
  readonly noEntry: readonly NoEntryReason[];
  readonly rationale: string;
  readonly reports: readonly AnalystReport[];
  /** Present unless it is a hold. */
  readonly distances?: Distances;
}

export function evaluate({ seats, config }: Committee, input: AnalystInput): Verdict {
  const regime = regimeOf(input.candles);
  const heard = seats.map((member) => ({ member, report: ask(member, input) }));
  const reports = heard.map(({ report }) => report);
  const distances = distancesOf(input.candles, config);
  if (distances === undefined || !isWarm(seats, input)) return warmingUp(input, reports);
  const outcome = decide(heard, regime, config);
  return {
    ...withoutReasons(outcome),
    noEntry: outcome.reasons,
    rationale: rationaleOf({ outcome, regime, reports, distances }),
    reports,
    ...(outcome.action === 'hold' ? {} : { distances }),
  };
}

/**
 * Risk first: a storm makes bets on the way back count less, also those that speak against a buy. So a
 * storm alone never makes a buy; what the calm weights would not buy is not bought.
 */
export function decide(heard: readonly Heard[], regime: Regime, config: CommitteeConfig): Outcome {
  const voteIn = (market: Regime): Outcome =>
    vote(
      heard.map(({ member, report }): Ballot => {
        const factor = regimeFactor(market, member.leaning, config.regime_adaptation);
        return { report, weight: member.weight * factor, seatWeight: member.weight };
      }),
      {
        minConfidence: config.min_confidence,
        buyCaution: market.caution * config.storm_caution,
        minStance: config.min_stance,
        conflict: config.conflict,
      },
    );
  const outcome = voteIn(regime);
  if (outcome.action !== 'buy' || regime.storm === 0) return outcome;
  const calm = voteIn({ ...regime, storm: 0 });
  return calm.action === 'buy' ? outcome : { ...calm, action: 'hold' };
}

interface Heard {
  readonly member: Pick<Seat, 'leaning' | 'weight'>;
  readonly report: AnalystReport;
}

function ask(member: Seat, input: AnalystInput): AnalystReport {
  if (input.candles.length < member.warmUp) return abstention(member.name, 'warming up');
  return member.analyse(input);
}

/** At least half of the weight must be able to speak; a long-winded analyst stops nobody. */
function isWarm(seats: readonly Seat[], { candles }: AnalystInput): boolean {
  let warm = 0;
  let total = 0;
  for (const { weight, warmUp } of seats) {
    total += weight;
    if (candles.length >= warmUp) warm += weight;
  }
  return warm * 2 >= total;
}

function warmingUp({ candles }: AnalystInput, reports: readonly AnalystReport[]): Verdict {
  return {
    action: 'hold',
    stance: 0,
    confidence: 0,
    noEntry: ['warming-up'],
    rationale: `Hold: warming up, ${candles.length} candles are too few.`,
    reports,
  };
}

function withoutReasons({ action, stance, confidence }: Outcome): Omit<Outcome, 'reasons'> {
  return { action, stance, confidence };
}
