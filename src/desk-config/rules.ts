import { quoteOf } from '#core/model/pair.ts';
import type { Pair } from '#core/model/pair.ts';
import type { ChainLink } from '#core/pairs/config.ts';

/** What the rules look at; a part of the whole config. */
export interface RuledConfig {
  readonly mode: string;
  readonly quote_asset: string;
  readonly pairs: readonly Pair[];
  readonly pair_selector: { readonly chain: readonly ChainLink[] };
  readonly exchange: {
    readonly name: string;
    readonly base_url: string | null;
    readonly api_key: string | null;
    readonly api_secret: string | null;
    readonly keystore: string | null;
    readonly sandbox: boolean;
  };
  readonly practice: {
    readonly port: number;
    readonly pairs: readonly string[];
    readonly replay: { readonly files: readonly string[] };
  };
  readonly gateway: { readonly port: number };
  readonly metrics: { readonly base_port: number | null };
  readonly committee: {
    readonly stop: { readonly max_fraction: number; readonly min_fraction: number };
  };
  readonly risk_limits: {
    readonly drawdown_halt: number;
    readonly stop_distance_min: number;
    readonly stop_distance_max: number;
  };
}

// Of `metrics.base_port`: trading-worker-64 has the last.
const METRICS_PORTS = 75;

interface RuleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Rules over more than one section that can never hold: better refused now than found at night. */
export function crossSectionProblems(config: RuledConfig): RuleProblem[] {
  return [
    ...replayProblems(config),
    ...keyProblems(config),
    ...pairProblems(config),
    ...stopProblems(config),
    ...portProblems(config),
  ];
}

function portProblems({ gateway, metrics, practice }: RuledConfig): RuleProblem[] {
  const { base_port: first } = metrics;
  if (first === null) return [];
  const last = first + METRICS_PORTS - 1;
  const others = { 'gateway.port': gateway.port, 'practice.port': practice.port };
  return Object.entries(others)
    .filter(([, port]) => port >= first && port <= last)
    .map(([name, port]) => ({
      path: ['metrics', 'base_port'],
      message: `the ports ${first} to ${last} are for metrics, and ${name} is ${port}: choose another`,
    }));
}

function replayProblems(config: RuledConfig): RuleProblem[] {
  const isPractice = config.exchange.name === 'practice' || config.exchange.base_url !== null;
  if (config.practice.replay.files.length === 0 || isPractice) return [];
  return [
    {
      path: ['exchange', 'name'],
      message: `a replay runs on the practice exchange; leave out "${config.exchange.name}"`,
    },
  ];
}

// No message names a value: some of them are secrets.
function keyProblems({ mode, exchange }: RuledConfig): RuleProblem[] {
  const { name, api_key: key, api_secret: secret, keystore, sandbox } = exchange;
  const problem = (path: string, message: string): RuleProblem[] => [
    { path: ['exchange', path], message },
  ];
  if (keystore !== null && (key !== null || secret !== null)) {
    return problem('keystore', 'the keys are in exchange.api_key already; keep one of the two');
  }
  if ((key === null) !== (secret === null)) {
    return problem(
      key === null ? 'api_key' : 'api_secret',
      'exchange.api_key and exchange.api_secret are set together or not at all',
    );
  }
  if (sandbox && (name === 'practice' || exchange.base_url !== null)) {
    return problem('sandbox', 'the test network is an address of its own; leave out base_url');
  }
  if (mode === 'production' && name !== 'practice' && key === null && keystore === null) {
    return problem(
      'api_key',
      `production needs the keys of an account at ${name}: put them into the keystore with "./start-bot.sh keys add NAME" and set exchange.keystore to NAME`,
    );
  }
  return [];
}

function pairProblems(config: RuledConfig): RuleProblem[] {
  const { chain } = config.pair_selector;
  const chosen = chain.flatMap((link, step) => {
    const own = link.name === 'static' ? (link.pairs ?? []) : [];
    return own.map((pair, index) => ({
      pair,
      path: ['pair_selector', 'chain', step, 'pairs', index],
    }));
  });
  const listed = config.pairs.map((pair, index) => ({ pair, path: ['pairs', index] }));
  return [...listed, ...chosen]
    .filter(({ pair }) => quoteOf(pair) !== config.quote_asset)
    .map(({ pair, path }) => ({
      path,
      message: `the desk's account is in ${config.quote_asset}; ${pair} is priced in ${quoteOf(pair)}`,
    }));
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
