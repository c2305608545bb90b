/**
 * Settings that are allowed one by one and make a desk that never does anything, or never what they
 * say. What can never be right is refused by `rules.ts`; this is said before a change is applied.
 */
import { STORM_CANDLES } from '#core/committee/config.ts';

export interface JudgedConfig {
  readonly committee: {
    readonly analysts: readonly { readonly weight: number; readonly file?: string | undefined }[];
    readonly min_confidence: number;
    readonly min_stance: number;
    readonly storm_caution: number;
    readonly candles: number;
    readonly conflict: { readonly stance: number; readonly confidence: number };
    readonly stop: { readonly min_fraction: number; readonly max_fraction: number };
    readonly target_reward: number;
    readonly target_max_fraction: number;
  };
  readonly trading_worker: {
    readonly candle_wait_ms: number;
    readonly intent_expires_seconds: number;
  };
  readonly data_agent: {
    readonly history_candles: number;
    readonly quote_flush_ms: number;
    readonly stale_after_ms: number;
  };
  readonly execution: { readonly entry: { readonly style: string; readonly timeout_ms: number } };
  readonly risk_limits: {
    readonly risk_fraction: number;
    readonly pair_exposure_max: number;
    readonly total_exposure_max: number;
    readonly open_positions_max: number;
    readonly data_age_max_ms: number;
    readonly stop_distance_min: number;
    readonly stop_distance_max: number;
  };
}

export function dryEvaluation(config: JudgedConfig): string[] {
  return [...neverDecides(config), ...neverEnters(config), ...notAsItSays(config)];
}

/** No built-in analyst is ever surer than this: each has its doubt written into its formula. */
const SURENESS_MAX = 0.9;

function neverDecides({ committee, data_agent: data }: JudgedConfig): string[] {
  const warnings: string[] = [];
  const voices = committee.analysts.filter(({ weight }) => weight > 0);
  // Of the user's own analysts nothing is known.
  if (voices.every(({ file }) => file === undefined)) {
    const most = 1 - (1 - SURENESS_MAX) ** voices.length;
    if (committee.min_confidence > most) {
      warnings.push(
        `committee.min_confidence ${committee.min_confidence} is never reached: ${voices.length} analysts that agree come to ${most.toFixed(4)} at the most, so nothing would be decided`,
      );
    }
  }
  if (committee.min_stance >= 1) {
    warnings.push(
      'committee.min_stance 1 needs every analyst at its extreme: nothing would be decided',
    );
  }
  if (committee.conflict.stance === 0 && committee.conflict.confidence === 0) {
    warnings.push(
      'committee.conflict is 0: any two analysts who differ at all would hold everything',
    );
  }
  if (committee.candles < STORM_CANDLES) {
    warnings.push(
      `committee.candles ${committee.candles} is below the ${STORM_CANDLES} that tell a storm: every buy would need storm_caution ${committee.storm_caution} more confidence`,
    );
  }
  if (committee.candles > data.history_candles) {
    warnings.push(
      `committee.candles ${committee.candles} is more than the ${data.history_candles} that data_agent.history_candles keeps`,
    );
  }
  return warnings;
}

function neverEnters(config: JudgedConfig): string[] {
  const { risk_limits: limits, data_agent: data, trading_worker: worker } = config;
  const warnings: string[] = [];
  if (limits.data_age_max_ms <= data.quote_flush_ms) {
    warnings.push(
      `risk_limits.data_age_max_ms ${limits.data_age_max_ms} is not above data_agent.quote_flush_ms ${data.quote_flush_ms}: every entry would be refused for old data`,
    );
  }
  if (worker.intent_expires_seconds * 1_000 <= worker.candle_wait_ms) {
    warnings.push(
      `trading_worker.intent_expires_seconds ${worker.intent_expires_seconds} is not above candle_wait_ms ${worker.candle_wait_ms}: an entry that waited would be too late`,
    );
  }
  return warnings;
}

function notAsItSays(config: JudgedConfig): string[] {
  const { committee, risk_limits: limits } = config;
  const { stop } = committee;
  const warnings: string[] = [];
  const nearest = stop.min_fraction * committee.target_reward;
  if (nearest > committee.target_max_fraction) {
    warnings.push(
      `committee.target_reward ${committee.target_reward} is never reached: the nearest stop would put the target at ${nearest.toFixed(4)}, above target_max_fraction ${committee.target_max_fraction}`,
    );
  }
  if (
    stop.min_fraction < limits.stop_distance_min ||
    stop.max_fraction > limits.stop_distance_max
  ) {
    warnings.push(
      `some stops of committee.stop (${stop.min_fraction} to ${stop.max_fraction}) are outside risk_limits.stop_distance_min and stop_distance_max (${limits.stop_distance_min} to ${limits.stop_distance_max}): those entries would be refused`,
    );
  }
  const smallest = limits.risk_fraction / stop.max_fraction;
  if (smallest > limits.pair_exposure_max) {
    warnings.push(
      `risk_limits.risk_fraction ${limits.risk_fraction} asks for entries of ${smallest.toFixed(4)} of equity and more; pair_exposure_max ${limits.pair_exposure_max} cuts every one`,
    );
  }
  const together = Math.min(smallest, limits.pair_exposure_max) * limits.open_positions_max;
  if (together > limits.total_exposure_max * 2) {
    warnings.push(
      `risk_limits.open_positions_max ${limits.open_positions_max} is out of reach: total_exposure_max ${limits.total_exposure_max} is used up by half of them`,
    );
  }
  return warnings;
}
