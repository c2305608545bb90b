/**
 * The one schema of the whole configuration, composed from the folders that own the keys, and the
 * rules that span sections. The only place that sees every part's config; it holds no defaults of
 * its own: those stand, with a comment each, in config/default.yaml.
 */
import { z } from 'zod';
import { DataAgentConfig } from '#agents/data/config.ts';
import { ExecutionSection } from '#agents/execution/config.ts';
import { GatewayConfig } from '#agents/gateway/config.ts';
import { NotifierConfig } from '#agents/notifier/config.ts';
import { PairSelectorConfig } from '#agents/pair-selector/config.ts';
import { RiskAgentConfig } from '#agents/risk/config.ts';
import { SentimentAgentConfig } from '#agents/sentiment/config.ts';
import { TradingWorkerConfig } from '#agents/trading-worker/config.ts';
import { RedisConfig } from '#bus/config.ts';
import { CacheConfig } from '#cache/config.ts';
import { CoordinatorConfig } from '#coordinator/config.ts';
import { CommitteeConfig } from '#core/committee/config.ts';
import { Pair } from '#core/model/pair.ts';
import { Timeframe } from '#core/model/timeframe.ts';
import { PromotionConfig } from '#core/promotion/config.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { ExchangeConfig } from '#exchange/config.ts';
import { StorageConfig } from '#ledger/config.ts';
import { LoggingConfig } from '#platform/log/config.ts';
import { MetricsConfig } from '#platform/metrics/config.ts';
import { BackupConfig } from '#platform/snapshot/config.ts';
import { TracingConfig } from '#platform/tracing/config.ts';
import { PracticeConfig } from '#practice/config.ts';
import { crossSectionProblems } from './rules.ts';

export const DeskConfig = z
  .strictObject({
    mode: z.enum(['shadow', 'production']),
    exchange: ExchangeConfig,
    pairs: z.array(Pair),
    quote_asset: z.string().regex(/^[A-Z0-9]{2,20}$/, 'expected an asset such as "USDT"'),
    timeframe: Timeframe,
    desk_id: z
      .string()
      .regex(/^[a-z0-9-]{1,24}$/, 'expected 1 to 24 lower-case letters, digits or dashes'),
    data_dir: z.string().min(1),
    coordinator: CoordinatorConfig,
    data_agent: DataAgentConfig,
    risk_agent: RiskAgentConfig,
    pair_selector: PairSelectorConfig,
    sentiment_agent: SentimentAgentConfig,
    trading_worker: TradingWorkerConfig,
    committee: CommitteeConfig,
    execution: ExecutionSection,
    risk_limits: RiskLimits,
    promotion: PromotionConfig,
    storage: StorageConfig,
    backup: BackupConfig,
    notifier: NotifierConfig,
    gateway: GatewayConfig,
    practice: PracticeConfig,
    cache: CacheConfig,
    redis: RedisConfig,
    logging: LoggingConfig,
    tracing: TracingConfig,
    metrics: MetricsConfig,
  })
  .superRefine((config, context) => {
    for (const { path, message } of crossSectionProblems(config)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
export type DeskConfig = z.output<typeof DeskConfig>;
