/** Values of the desk's own nouns that are right in form; tests change what matters to them. */
import type { z } from 'zod';
import { AccountSummary } from '#core/model/account.ts';
import { AgentStatus } from '#core/model/agent-status.ts';
import { Decision } from '#core/model/decision.ts';
import { FeedStatus } from '#core/model/feed-status.ts';
import { Instrument } from '#core/model/instrument.ts';
import { Position } from '#core/model/position.ts';

export const SAMPLE_MS = 1_750_000_020_000;

export function decisionSample(changed: Partial<z.input<typeof Decision>> = {}): Decision {
  const closeMs = changed.closeMs ?? SAMPLE_MS;
  return Decision.parse({
    evaluationId: `BTC-USDT_1m_${closeMs}`,
    variant: 'main',
    pair: 'BTC/USDT',
    timeframe: '1m',
    closeMs,
    action: 'hold',
    stance: 0.1,
    confidence: 0.4,
    noEntry: ['low-confidence'],
    rationale: 'Nobody is sure.',
    reports: [
      { analyst: 'trend', stance: 0.1, confidence: 0.4, evidence: [{ text: 'flat', values: {} }] },
    ],
    lastPrice: 50_000,
    decidedMs: closeMs + 20,
    evaluationMs: 3.5,
    worker: 'trading-worker-1',
    ...changed,
  });
}

export function agentSample(changed: Partial<z.input<typeof AgentStatus>> = {}): AgentStatus {
  return AgentStatus.parse({
    agent: 'data',
    instance: 'data',
    pid: 1,
    state: 'ready',
    healthScore: 100,
    restarts: 0,
    startedMs: SAMPLE_MS,
    checks: [],
    host: 'here',
    ...changed,
  });
}

export function instrumentSample(changed: Partial<z.input<typeof Instrument>> = {}): Instrument {
  return Instrument.parse({
    pair: 'BTC/USDT',
    venueSymbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    status: 'trading',
    tickSize: '0.01',
    stepSize: '0.00001',
    minQty: '0.00001',
    minNotional: '5',
    hasOco: true,
    hasTrailingStop: true,
    ...changed,
  });
}

export function feedSample(changed: Partial<z.input<typeof FeedStatus>> = {}): FeedStatus {
  return FeedStatus.parse({
    pair: 'BTC/USDT',
    freshMs: SAMPLE_MS,
    lastCloseMs: SAMPLE_MS,
    lastTradeId: 7,
    state: 'live',
    atMs: SAMPLE_MS,
    ...changed,
  });
}

export function accountSample(changed: Partial<z.input<typeof AccountSummary>> = {}) {
  return AccountSummary.parse({
    account: 'shadow',
    quoteAsset: 'USDT',
    atMs: SAMPLE_MS,
    cashQuote: '9000',
    heldQuote: '0',
    positionsQuote: '1000',
    equityQuote: '10000',
    startEquityQuote: '10000',
    peakEquityQuote: '10000',
    drawdownFraction: 0,
    dayPnlQuote: '0',
    feesQuote: '1',
    exposureFraction: 0.1,
    openPositions: 1,
    halts: [],
    stalePairs: [],
    ...changed,
  });
}

export function positionSample(changed: Partial<z.input<typeof Position>> = {}): Position {
  return Position.parse({
    account: 'shadow',
    pair: 'BTC/USDT',
    qty: '0.02',
    averagePrice: '50000',
    costQuote: '1000',
    realisedQuote: '0',
    feesQuote: '1',
    openedMs: SAMPLE_MS,
    updatedMs: SAMPLE_MS,
    ...changed,
  });
}
