import type { Bus } from '#bus/bus.ts';
import type { CandleCache } from '#cache/candle-series.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';
import type { DataAgentConfig } from './config.ts';
import type { MarksFile } from './marks-file.ts';
import type { DataMetrics } from './metrics.ts';

/** The world as the data agent sees it. */
export interface DataAgentPorts {
  readonly context: Pick<
    AgentContext<unknown>,
    'clock' | 'log' | 'signal' | 'background' | 'every' | 'progress' | 'setWork' | 'addCheck'
  >;
  readonly venue: MarketVenue;
  readonly bus: Bus;
  readonly cache: CandleCache;
  readonly shared: SharedCache;
  readonly quoteAsset: string;
  readonly marksFile: MarksFile;
  readonly metrics: DataMetrics;
  readonly config: DataAgentConfig;
  readonly timeframe: Timeframe;
  readonly tracing: Tracing;
}
