import { Decision } from '#core/model/decision.ts';
import { Evaluation, evaluationKey } from '#core/model/evaluation.ts';
import { TradeIntent } from '#core/model/intent.ts';
import { defineQueue } from './contract.ts';

/** One job per pair, timeframe and candle close. */
export const evaluations = defineQueue({
  name: 'evaluations',
  version: 1,
  payload: Evaluation,
  key: evaluationKey,
  from: 'data',
  to: 'trading-worker',
  attempts: 3,
  expiresAfterMs: 300_000,
  maxWaiting: 20_000,
  keptWhenDone: 2_000,
});

/** Wishes to trade. The handler only puts them into execution's inbox. */
export const intents = defineQueue({
  name: 'intents',
  version: 1,
  payload: TradeIntent,
  key: (intent) => intent.id,
  from: 'trading-worker',
  to: 'execution',
  attempts: 5,
  expiresAfterMs: 30_000,
  maxWaiting: 5_000,
  keptWhenDone: 2_000,
});

/** Every decision, also hold, for the history. */
export const records = defineQueue({
  name: 'records',
  version: 1,
  payload: Decision,
  key: (decision) => `${decision.evaluationId}_${decision.variant}`,
  from: 'trading-worker',
  to: 'gateway',
  attempts: 5,
  expiresAfterMs: 86_400_000,
  maxWaiting: 100_000,
  // Of 9 KB each, and the history takes a key once: 2,000 of them were 17 MB of Redis.
  keptWhenDone: 100,
});

export const QUEUES = [evaluations, intents, records] as const;
