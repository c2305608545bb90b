/** The pair-selector as a process, beside a data agent as a process, on a practice exchange and a Redis. */
import { Pair } from '#core/model/pair.ts';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { practiceExchangeConfig } from '../practice-exchange-config.ts';

export interface SelectorSetting {
  readonly url: string;
  readonly socketPath: string;
  readonly dataDir: string;
  readonly pairs: readonly Pair[];
  /** Section `pair_selector`. */
  readonly selector: Readonly<Record<string, unknown>>;
}

export function pairOf(base: string): Pair {
  return Pair.parse(`${base}/USDT`);
}

/** Values that the desk shares are outdated as soon as their kind allows. */
const CACHE = { default_ttl: 1 };

export function startSelector(setting: SelectorSetting): Promise<AgentProcess> {
  return startAgent({
    agent: 'pair-selector',
    config: {
      mode: 'shadow',
      exchange: { name: 'practice' },
      ...common(setting),
      pair_selector: { refresh_seconds: 1, wait_seconds: 5, ...setting.selector },
    },
  });
}

export function startData(setting: SelectorSetting): Promise<AgentProcess> {
  return startAgent({
    agent: 'data',
    config: {
      exchange: practiceExchangeConfig(setting.url),
      timeframe: '1s',
      ...common(setting),
    },
  });
}

function common({ pairs, dataDir, socketPath }: SelectorSetting) {
  return {
    pairs,
    quote_asset: 'USDT',
    data_dir: dataDir,
    redis: { socket_path: socketPath },
    cache: CACHE,
    logging: { level: 'warn' },
  };
}
