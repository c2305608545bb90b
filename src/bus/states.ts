import { z } from 'zod';
import { AccountSummary } from '#core/model/account.ts';
import { AgentStatus } from '#core/model/agent-status.ts';
import { FeedStatus } from '#core/model/feed-status.ts';
import { Instrument } from '#core/model/instrument.ts';
import { LastAction } from '#core/model/last-action.ts';
import { Position } from '#core/model/position.ts';
import { CoinSentiment, CoinTexts, SourceStanding } from '#core/model/sentiment.ts';
import { RiskState } from '#core/model/risk-state.ts';
import { Universe } from '#core/model/universe.ts';
import { defineState } from './contract.ts';

/** Changes when Redis was wiped or replaced: owners then rewrite their state and L2. */
export const epoch = defineState({
  name: 'epoch',
  version: 1,
  payload: z.strictObject({ id: z.string(), sinceMs: z.int() }),
  from: ['coordinator'],
  to: ['data', 'execution', 'trading-worker', 'pair-selector', 'gateway'],
  field: 'current',
  rebuild: 'the coordinator writes a new id when the key is missing',
});

/** Every process of the desk as its supervisor sees it. */
export const agents = defineState({
  name: 'agents',
  version: 1,
  payload: AgentStatus,
  from: ['coordinator', 'trading-worker'],
  to: ['execution', 'gateway'],
  field: 'instance',
  rebuild: 'rewritten each second',
});

/** The desk as a whole. */
export const desk = defineState({
  name: 'desk',
  version: 1,
  payload: z.strictObject({
    healthScore: z.number().min(0).max(100),
    pid: z.int(),
    sinceMs: z.int(),
    mode: z.string(),
    exchange: z.string(),
    /** Why production runs without a valid promotion. */
    override: z.string().optional(),
  }),
  from: ['coordinator'],
  to: ['gateway'],
  field: 'current',
  rebuild: 'rewritten each second',
});

/** What may be traded and the venue's rules for it. */
export const instruments = defineState({
  name: 'instruments',
  version: 1,
  payload: Instrument,
  from: ['data'],
  to: ['trading-worker', 'execution', 'risk', 'gateway', 'notifier'],
  field: 'pair',
  rebuild: 'read from the venue at start and on a filter change',
});

/** How fresh each pair's market data is. */
export const feeds = defineState({
  name: 'feeds',
  version: 1,
  payload: FeedStatus,
  from: ['data'],
  to: ['execution', 'gateway', 'notifier'],
  field: 'pair',
  rebuild: 'rewritten each second',
});

/** The account, marked. */
export const account = defineState({
  name: 'account',
  version: 1,
  payload: AccountSummary,
  from: ['execution'],
  to: ['risk', 'gateway', 'notifier'],
  field: 'account',
  rebuild: 'from the ledger, each second',
});

/** Open positions; a closed one has its field removed. */
export const positions = defineState({
  name: 'positions',
  version: 1,
  payload: Position,
  from: ['execution'],
  to: ['trading-worker', 'risk', 'pair-selector', 'gateway'],
  field: 'pair',
  rebuild: 'from the ledger',
});

/** The last intent sent for a pair: cooldown, and the same intent again for the same candle. */
export const lastActions = defineState({
  name: 'last-actions',
  version: 1,
  payload: LastAction,
  from: ['trading-worker'],
  to: ['trading-worker'],
  field: 'pair and timeframe',
  rebuild: 'not at all: cooldowns start anew, and execution knows every intent it has had',
});

/** The pairs the desk follows and how it stands to each, with the chain that chose them. */
export const universe = defineState({
  name: 'universe',
  version: 1,
  payload: Universe,
  from: ['pair-selector'],
  to: ['data', 'trading-worker', 'execution', 'risk', 'gateway'],
  field: 'current',
  rebuild: 'from the last one kept on disk, at start; then by the next run of the chain',
});

/** The portfolio as the risk agent sees it: level, scalers, and what the gate needs to ask ahead. */
export const risk = defineState({
  name: 'risk',
  version: 1,
  payload: RiskState,
  from: ['risk'],
  to: ['execution', 'gateway', 'notifier'],
  field: 'current',
  rebuild: 'at each look of the risk agent, and at once after a wipe',
});

/** What people write about each coin, and about the whole market. */
export const sentiment = defineState({
  name: 'sentiment',
  version: 1,
  payload: CoinSentiment,
  from: ['sentiment'],
  to: ['trading-worker', 'gateway'],
  field: 'coin, or MARKET',
  rebuild: 'from what its sources give in the minutes after a start; at once after a wipe',
});

/** The newest texts behind each mood, for people who want to see them. */
export const sentimentTexts = defineState({
  name: 'sentiment-texts',
  version: 1,
  payload: CoinTexts,
  from: ['sentiment'],
  to: ['gateway'],
  field: 'coin, or MARKET',
  rebuild: 'from what its sources give in the minutes after a start; at once after a wipe',
});

/** How each source of moods does. */
export const sentimentSources = defineState({
  name: 'sentiment-sources',
  version: 1,
  payload: SourceStanding,
  from: ['sentiment'],
  to: ['gateway'],
  field: 'source',
  rebuild: 'rewritten every five seconds',
});

/** Prometheus metrics of each process as JSON, merged by the gateway. */
export const metrics = defineState({
  name: 'metrics',
  version: 1,
  payload: z.strictObject({
    instance: z.string(),
    agent: z.string(),
    atMs: z.int(),
    /** prom-client `getMetricsAsJSON()`; checked again where it is merged. */
    families: z.array(z.unknown()),
  }),
  from: [
    'coordinator',
    'practice',
    'data',
    'trading-worker',
    'execution',
    'risk',
    'pair-selector',
    'sentiment',
    'notifier',
    'gateway',
  ],
  to: ['gateway'],
  field: 'instance',
  rebuild: 'rewritten every two seconds',
});

export const STATES = [
  epoch,
  agents,
  desk,
  instruments,
  feeds,
  account,
  positions,
  lastActions,
  universe,
  risk,
  sentiment,
  sentimentTexts,
  sentimentSources,
  metrics,
] as const;
