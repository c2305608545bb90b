import type { Bus } from '#bus/bus.ts';
import type { CandleCache } from '#cache/candle-series.ts';
import type { SharedCache } from '#cache/shared-cache.ts';
import type { Timeframe } from '#core/model/timeframe.ts';
import type { Universe } from '#core/model/universe.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { Tracing } from '#platform/tracing/tracing.ts';
import type { DataAgentConfig } from './config.ts';
import type { EnqueueMarks } from './enqueue-marks.ts';
import type { StateFile } from './state-file.ts';
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
  readonly marksFile: StateFile<EnqueueMarks>;
  /** Of the last life: what of it the venue was not opened for is followed at once. */
  readonly lastUniverse?: Universe | undefined;
  /** Told of each universe that is in force. */
  readonly onUniverse: (universe: Universe) => void;
  readonly metrics: DataMetrics;
  readonly config: DataAgentConfig;
  readonly timeframe: Timeframe;
  readonly tracing: Tracing;
}
