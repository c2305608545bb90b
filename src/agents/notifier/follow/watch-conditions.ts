/** What no event tells: stale data, steps of the drawdown, the level of the portfolio; from the states of the bus. */
import type { Bus } from '#bus/bus.ts';
import { account as accountState, feeds, risk as riskState } from '#bus/states.ts';
import { watchDrawdown, watchFeeds, watchVersion } from '#core/alerts/conditions.ts';
import { watchRisk } from '#core/alerts/risk-alerts.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Notices } from '../alerts/notices.ts';
import type { NotifierState } from '../alerts/notifier-state.ts';
import type { NotifierConfig } from '../config.ts';

export interface WatchPorts {
  readonly bus: Pick<Bus, 'all' | 'get' | 'isConnected'>;
  readonly notices: Pick<Notices, 'state' | 'take'>;
  readonly clock: Clock;
  readonly config: () => NotifierConfig;
  readonly riskCooldownMs: () => number;
  readonly account: string;
}

/** Without Redis nothing is known and nothing is said: that Redis is away is an event of its own. */
export async function watchConditions(ports: WatchPorts): Promise<void> {
  const { bus, notices, clock, account } = ports;
  if (!bus.isConnected()) return;
  const [fed, summary, portfolio] = await Promise.all([
    bus.all(feeds),
    bus.get(accountState, account),
    bus.get(riskState, 'current'),
  ]);
  const config = ports.config();
  const nowMs = clock.now();
  const data = watchFeeds(notices.state().memory, fed.values(), {
    nowMs,
    afterMs: config.data_stale_seconds * 1_000,
  });
  const money =
    summary === undefined
      ? { memory: data.memory, alerts: [] }
      : watchDrawdown(
          data.memory,
          { account, fraction: summary.drawdownFraction },
          { nowMs, steps: config.drawdown_steps },
        );
  const before = notices.state().memory.risk;
  const level =
    portfolio === undefined
      ? { memory: before, alerts: [] }
      : watchRisk(before, portfolio, { cooldownMs: ports.riskCooldownMs() });
  const memory = { ...money.memory, risk: level.memory };
  const alerts = [...data.alerts, ...money.alerts, ...level.alerts];
  const isSame = JSON.stringify(memory) === JSON.stringify(notices.state().memory);
  if (alerts.length === 0 && isSame) return;
  notices.take(
    alerts.map((alert) => ({ alert })),
    (state) => remembering(state, memory),
  );
}

export function noteVersion(
  { notices, clock }: Pick<WatchPorts, 'notices' | 'clock'>,
  version: string,
): void {
  const { memory, alerts } = watchVersion(notices.state().memory, version, clock.now());
  notices.take(
    alerts.map((alert) => ({ alert })),
    (state) => remembering(state, memory),
  );
}

function remembering(
  state: NotifierState,
  { stale, steps, version, risk }: ReturnType<typeof watchVersion>['memory'],
): NotifierState {
  return {
    ...state,
    memory: {
      stale: { ...stale },
      steps: { ...steps },
      ...(version === undefined ? {} : { version }),
      ...(risk === undefined ? {} : { risk: { ...risk } }),
    },
  };
}
