import { quoteOf } from '#core/model/pair.ts';
import type { Pair } from '#core/model/pair.ts';

/** What the rules look at; a part of the whole config. */
export interface RuledConfig {
  readonly mode: string;
  readonly quote_asset: string;
  readonly pairs: readonly Pair[];
  readonly exchange: { readonly name: string; readonly base_url: string | null };
  readonly practice: {
    readonly pairs: readonly string[];
    readonly replay: { readonly files: readonly string[] };
  };
  readonly committee: {
    readonly stop: { readonly max_fraction: number; readonly min_fraction: number };
  };
  readonly risk_limits: {
    readonly drawdown_halt: number;
    readonly stop_distance_min: number;
    readonly stop_distance_max: number;
  };
}

interface RuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Rules over more than one section that can never hold: better refused now than found at night. */
export function crossSectionProblems(config: RuledConfig): RuleProblem[] {
  return [...modeProblems(config), ...pairProblems(config), ...stopProblems(config)];
}

function modeProblems(config: RuledConfig): RuleProblem[] {
  const problems: RuleProblem[] = [];
  if (config.mode === 'production') {
    problems.push({
      path: ['mode'],
      message: 'production (real orders) is not part of this version; use shadow',
    });
  }
  const isPractice = config.exchange.name === 'practice' || config.exchange.base_url !== null;
  if (config.practice.replay.files.length > 0 && !isPractice) {
    problems.push({
      path: ['exchange', 'name'],
      message: `a replay runs on the practice exchange; leave out "${config.exchange.name}"`,
    });
  }
  return problems;
}

function pairProblems(config: RuledConfig): RuleProblem[] {
  return config.pairs.flatMap((pair, index) =>
    quoteOf(pair) === config.quote_asset
      ? []
      : [
          {
            path: ['pairs', index],
            message: `the desk's account is in ${config.quote_asset}; ${pair} is priced in ${quoteOf(pair)}`,
          },
        ],
  );
}

function stopProblems(config: RuledConfig): RuleProblem[] {
  const { stop } = config.committee;
  const limits = config.risk_limits;
  const problems: RuleProblem[] = [];
  if (stop.max_fraction > limits.drawdown_halt) {
    problems.push({
      path: ['committee', 'stop', 'max_fraction'],
      message: `a stop of ${stop.max_fraction} is wider than the halt risk_limits.drawdown_halt (${limits.drawdown_halt})`,
    });
  }
  if (
    stop.min_fraction > limits.stop_distance_max ||
    stop.max_fraction < limits.stop_distance_min
  ) {
    problems.push({
      path: ['committee', 'stop'],
      message: `no stop it can ask for is within risk_limits.stop_distance_min and stop_distance_max (${limits.stop_distance_min} to ${limits.stop_distance_max})`,
    });
  }
  return problems;
}
