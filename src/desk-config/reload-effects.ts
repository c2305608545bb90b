/**
 * What it takes for a changed key to be in force. Each key of config/default.yaml is in here, by
 * itself or by a section above it; the longest entry counts. docs/reload.md is checked against it.
 */
export type ReloadEffect =
  /** These swap it while they run. */
  | { readonly kind: 'now'; readonly agents: readonly string[] }
  /** These are restarted, one after the other; stops and orders stay at the venue. */
  | { readonly kind: 'restarts'; readonly agents: readonly string[] }
  /** Too much hangs on it: the whole desk has to be started again. */
  | { readonly kind: 'desk-restart' };

const now = (...agents: string[]): ReloadEffect => ({ kind: 'now', agents });
const restarts = (...agents: string[]): ReloadEffect => ({ kind: 'restarts', agents });
const DESK: ReloadEffect = { kind: 'desk-restart' };

export const RELOAD_EFFECTS: Readonly<Record<string, ReloadEffect>> = {
  mode: DESK,
  exchange: DESK,
  quote_asset: DESK,
  timeframe: DESK,
  desk_id: DESK,
  data_dir: DESK,
  redis: DESK,
  storage: DESK,
  practice: DESK,
  metrics: DESK,
  tracing: DESK,
  pairs: restarts('execution', 'data', 'pair-selector'),
  cache: restarts('data', 'risk', 'sentiment', 'trading-worker', 'gateway'),
  committee: now('trading-worker'),
  trading_worker: now('trading-worker'),
  'trading_worker.concurrency': restarts('trading-worker'),
  risk_agent: now('risk'),
  'risk_agent.alert_cooldown_minutes': now('risk', 'notifier'),
  pair_selector: restarts('pair-selector'),
  sentiment_agent: restarts('sentiment'),
  data_agent: now('data'),
  'data_agent.history_candles': restarts('data'),
  execution: now('execution'),
  'execution.shadow_capital': restarts('execution'),
  'execution.live_capital': restarts('execution'),
  'execution.lease_ms': restarts('execution'),
  'execution.allow_withdraw_keys': restarts('execution'),
  'execution.paper': restarts('execution'),
  risk_limits: now('execution', 'risk'),
  promotion: now('execution'),
  backup: now('coordinator'),
  notifier: now('notifier'),
  'notifier.telegram': restarts('notifier'),
  'notifier.webhooks': restarts('notifier'),
  'notifier.time_zone': restarts('notifier'),
  gateway: restarts('gateway'),
  'gateway.open_reads': now('gateway'),
  'gateway.rate_limits': now('gateway'),
  'gateway.cors_origins': now('gateway'),
  'gateway.traders_may_raise_risk': now('gateway'),
  'gateway.history_max_decisions': now('gateway'),
  coordinator: now('coordinator'),
  'coordinator.placement': DESK,
  'coordinator.agents.practice.heap_mb': restarts('practice'),
  'coordinator.agents.execution.heap_mb': restarts('execution'),
  'coordinator.agents.data.heap_mb': restarts('data'),
  'coordinator.agents.risk.heap_mb': restarts('risk'),
  'coordinator.agents.pair_selector.heap_mb': restarts('pair-selector'),
  'coordinator.agents.sentiment.heap_mb': restarts('sentiment'),
  'coordinator.agents.trading_worker.heap_mb': restarts('trading-worker'),
  'coordinator.agents.notifier.heap_mb': restarts('notifier'),
  'coordinator.agents.gateway.heap_mb': restarts('gateway'),
  'logging.level': now(
    'coordinator',
    'practice',
    'execution',
    'data',
    'risk',
    'pair-selector',
    'sentiment',
    'trading-worker',
    'notifier',
    'gateway',
  ),
  'logging.console_level': now('coordinator'),
  'logging.console_agents': now('coordinator'),
  'logging.directory': DESK,
  'logging.max_file_mb': now('coordinator'),
  'logging.max_files': now('coordinator'),
};

/** Of a key that nobody classified the desk must not claim that it is in force. */
export function effectOf(key: string): ReloadEffect {
  return known(key) ?? DESK;
}

export function isClassified(key: string): boolean {
  return known(key) !== undefined;
}

function known(key: string): ReloadEffect | undefined {
  const parts = key.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const effect = RELOAD_EFFECTS[parts.slice(0, length).join('.')];
    if (effect !== undefined) return effect;
  }
  return undefined;
}
