import type { Bus } from '#bus/bus.ts';
import type { CandleCache } from '#cache/candle-series.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { MetricFamily } from '#platform/metrics/metrics.ts';
import type { History } from '#history/history.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import type { LiveView } from './live-view.ts';
import type { GatewayMetrics } from './metrics.ts';

/** What the routes read from. */
export interface GatewayPorts {
  readonly bus: Pick<Bus, 'all' | 'get' | 'isConnected' | 'backlog'>;
  readonly cache: Pick<CandleCache, 'get'>;
  readonly ledger: LedgerSource;
  readonly history: Pick<History, 'decisions'>;
  readonly live: LiveView;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  readonly instance: string;
  /** This process's own metric families. */
  readonly ownFamilies: () => Promise<readonly MetricFamily[]>;
  /** The effective config with every secret hidden. */
  readonly shownConfig: () => Readonly<Record<string, unknown>>;
}
