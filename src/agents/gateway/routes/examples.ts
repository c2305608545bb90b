/** What the answers look like, for /docs: a small desk in shadow. Each is checked against its schema. */
import type { z } from 'zod';
import type { FidelityScore } from '#core/fidelity/score.ts';
import type { AccountSummary } from '#core/model/account.ts';
import type { AgentStatus } from '#core/model/agent-status.ts';
import type { Candle } from '#core/model/candle.ts';
import type { Decision } from '#core/model/decision.ts';
import type { LedgerEvent } from '#core/model/desk-event.ts';
import type { Fill } from '#core/model/fill.ts';
import type { Halt } from '#core/model/halt.ts';
import type { TradeIntent } from '#core/model/intent.ts';
import type { Order } from '#core/model/order.ts';
import type { Position } from '#core/model/position.ts';
import type { ConfigHistoryPage, ReloadResult } from '#core/model/reload.ts';
import type { GateVerdict } from '#core/risk/gate-verdict.ts';

const AT_MS = 1_795_582_955_101;
const BUY_ID = 'nd1tzfxvz242uxso1p7vsqqnje0000';
const STOP_ID = 'nd1tzfxvz242uxso1p7vsqqnjs0000';
const INTENT_ID = 'yma4tn96jbj6rfoee6bem9rs';
const EVALUATION_ID = 'BTC-USDT_1m_1795582920000';

export const halt: z.input<typeof Halt> = {
  kind: 'paused',
  sinceMs: AT_MS,
  reason: 'api:phone: the news at noon',
  liftedBy: '"./start-bot.sh resume"',
};

export const health = {
  status: 'ok',
  healthScore: 100,
  mode: 'shadow',
  exchange: 'practice',
  sinceMs: 1_795_582_864_942,
  redis: true,
  ledger: true,
  agents: [{ instance: 'execution', state: 'ready', healthScore: 100 }],
} as const;

export const agent: z.input<typeof AgentStatus> = {
  agent: 'data',
  instance: 'data',
  pid: 3555,
  state: 'ready',
  healthScore: 100,
  restarts: 0,
  startedMs: 1_795_582_866_517,
  beatMs: AT_MS,
  progressMs: AT_MS,
  loopDelayMs: 1.5,
  pssBytes: 75_853_824,
  rssBytes: 131_182_592,
  workInHand: 0,
  workWaiting: 0,
  evaluationMs: 0,
  checks: [{ name: 'market data', isOk: true, detail: '12 pairs are fresh' }],
  host: 'vps',
};

export const account: z.input<typeof AccountSummary> = {
  account: 'shadow',
  quoteAsset: 'USDT',
  atMs: AT_MS,
  cashQuote: '9501.0009',
  heldQuote: '0',
  positionsQuote: '499.5191',
  equityQuote: '10000.52',
  startEquityQuote: '10000',
  peakEquityQuote: '10004.22',
  drawdownFraction: 0.00037,
  dayPnlQuote: '0.52',
  feesQuote: '0.499',
  exposureFraction: 0.05,
  openPositions: 1,
  halts: [halt],
  stalePairs: [],
};

export const position: z.input<typeof Position> = {
  account: 'shadow',
  pair: 'BTC/USDT',
  qty: '0.00724275',
  averagePrice: '68896.556556556557',
  costQuote: '499.000535',
  realisedQuote: '0',
  feesQuote: '0.499000535',
  stopPrice: '68548.22',
  targetPrice: '69649.4',
  openedMs: AT_MS,
  updatedMs: AT_MS,
};

export const order: z.input<typeof Order> = {
  clientOrderId: STOP_ID,
  intentId: INTENT_ID,
  account: 'shadow',
  pair: 'BTC/USDT',
  side: 'sell',
  type: 'stop-loss',
  leg: 'stop',
  attempt: 0,
  timeInForce: 'gtc',
  qty: '0.00724',
  stopPrice: '68548.22',
  listId: STOP_ID,
  status: 'open',
  filledQty: '0',
  filledQuote: '0',
  venueOrderId: '7281',
  createdMs: AT_MS - 16,
  updatedMs: AT_MS,
};

export const fill: z.input<typeof Fill> = {
  account: 'shadow',
  pair: 'BTC/USDT',
  kind: 'trade',
  venueTradeId: '90412',
  clientOrderId: BUY_ID,
  side: 'buy',
  price: '68827.66',
  qty: '0.00725',
  quoteQty: '499.000535',
  fee: '0.00000725',
  feeAsset: 'BTC',
  liquidity: 'taker',
  atMs: AT_MS,
};

export const event: z.input<typeof LedgerEvent> = {
  seq: 113,
  atMs: AT_MS,
  event: { kind: 'position.changed', position },
};

export const roundTrip = {
  id: 3,
  account: 'shadow',
  pair: 'BTC/USDT',
  openedMs: AT_MS - 60_000,
  closedMs: AT_MS,
  boughtQty: '0.00725',
  boughtQuote: '499.000535',
  soldQty: '0.00724',
  soldQuote: '504.26',
  feesQuote: '1.0033',
  profitQuote: '4.2562',
};

export const intent: {
  readonly intent: z.input<typeof TradeIntent>;
  readonly verdict: z.input<typeof GateVerdict>;
  readonly atMs: number;
} = {
  intent: {
    id: INTENT_ID,
    desk: 'nightdesk',
    variant: 'main',
    pair: 'BTC/USDT',
    timeframe: '1m',
    candleCloseMs: 1_795_582_920_000,
    evaluationId: EVALUATION_ID,
    confidence: 0.7,
    receivedMs: 1_795_582_920_022,
    createdMs: 1_795_582_920_073,
    expiresAtMs: 1_795_582_935_073,
    action: 'enter',
    stopDistanceFraction: 0.004,
    targetDistanceFraction: 0.012,
  },
  verdict: {
    kind: 'accept',
    action: 'enter',
    qty: '0.00725',
    limitPrice: '68964.1',
    holdQuote: '500.49',
    stopPrice: '68548.22',
    targetPrice: '69649.4',
    reasons: [{ code: 'pair-exposure', limit: '499.9' }],
  },
  atMs: 1_795_582_920_085,
};

export const equityPoint = {
  account: 'shadow',
  atMs: AT_MS,
  equityQuote: '10000.52',
  cashQuote: '9501.0009',
  positionsQuote: '499.5191',
  cause: 'minute',
} as const;

export const decision: z.input<typeof Decision> = {
  evaluationId: EVALUATION_ID,
  variant: 'main',
  pair: 'BTC/USDT',
  timeframe: '1m',
  closeMs: 1_795_582_920_000,
  action: 'buy',
  stance: 0.52,
  confidence: 0.7,
  noEntry: [],
  rationale: 'Buy: clear side (stance 0.52, confidence 70 %). For: trend 0.6 at 80 %.',
  reports: [
    {
      analyst: 'trend',
      stance: 0.6,
      confidence: 0.8,
      evidence: [{ text: 'ADX 31', values: { adx: 31.2 } }],
    },
  ],
  lastPrice: 68_827.66,
  stopDistanceFraction: 0.004,
  targetDistanceFraction: 0.012,
  intentId: INTENT_ID,
  decidedMs: 1_795_582_920_073,
  evaluationMs: 3.5,
  worker: 'trading-worker-1',
};

export const candle: z.input<typeof Candle> = {
  openMs: 1_795_582_860_000,
  open: 69_193.14,
  high: 69_206.07,
  low: 69_179.3,
  close: 69_189.61,
  volume: 4.0662,
};

export const symbol = {
  pair: 'BTC/USDT',
  instrument: {
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
  },
  feed: {
    pair: 'BTC/USDT',
    freshMs: AT_MS,
    lastCloseMs: 1_795_582_920_000,
    lastTradeId: 90_412,
    state: 'live',
    atMs: AT_MS,
  },
  quote: {
    pair: 'BTC/USDT',
    bid: '68827.65',
    bidQty: '0.4',
    ask: '68827.66',
    askQty: '1.2',
    atMs: AT_MS,
    receivedMs: AT_MS + 12,
  },
  lastCandle: { timeframe: '1m', candle },
} as const;

export const queue = {
  queue: 'evaluations.v1',
  waiting: 0,
  waitingMax: 20_000,
  active: 0,
  dead: 0,
  oldestMs: 0,
};

const score: z.input<typeof FidelityScore> = {
  clientOrderId: BUY_ID,
  account: 'shadow',
  pair: 'BTC/USDT',
  leg: 'entry',
  style: 'taker',
  side: 'buy',
  createdMs: AT_MS,
  arrivalBid: 68_827.65,
  arrivalAsk: 68_827.66,
  isPaperFilled: true,
  paperPrice: 68_827.66,
  isTrulyFilled: true,
  truePrice: 68_827.66,
  markouts: [-0.6, 14.2, 66.9],
};

const fidelityFigures = {
  orders: 2,
  unknown: 0,
  fillRateError: 0,
  slippageError: 0.82,
  slippageBias: 0.82,
  markouts: [-1.8, 2.9, null],
};

export const fidelity = {
  ...fidelityFigures,
  byStyle: { taker: fidelityFigures },
  items: [score],
};

export const performance = {
  account: 'shadow',
  quoteAsset: 'USDT',
  returnFraction: 0.0123,
  sharpe: null,
  sortino: null,
  maxDrawdownFraction: 0.0104,
  exposureFraction: 0.14,
  trades: 3,
  winRate: 0.667,
  profitFactor: 1.8,
  expectancyQuote: 2.77,
  feesQuote: 6.98,
  periodMs: 60_000,
};

export const reconciliation = {
  account: null,
  open: [],
  ended: [],
  externalOrders: [],
  externalTrades: [],
  flows: [],
};

export const token = {
  name: 'grafana',
  role: 'viewer',
  createdMs: AT_MS,
  createdBy: 'alice',
  expiresMs: null,
  lastUsedMs: AT_MS,
} as const;

export const action = {
  id: '0b0c7d5e-3a9a-4d0e-9f55-0d6a5f2c1a11',
  by: 'api:phone',
  kind: 'pause',
  reason: 'the news at noon',
  result: 'no new entries until resumed',
  atMs: AT_MS,
};

export const auditEntry = {
  seq: 105,
  atMs: AT_MS,
  kind: 'operator',
  ref: action.id,
  who: action.by,
  origin: '127.0.0.1',
  why: action.reason,
  payload: { action: action.kind, result: action.result },
  hash: 'f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2',
};

export const reloadResult: z.input<typeof ReloadResult> = {
  version: 4,
  isApplied: true,
  changes: [
    {
      key: 'risk_limits.open_positions_max',
      from: '10',
      to: '3',
      effect: 'now',
      agents: ['execution'],
    },
  ],
  warnings: [],
  problems: [],
  restarted: [],
  appliedMs: { execution: 0.4 },
};

export const configHistory: z.input<typeof ConfigHistoryPage> = {
  version: 4,
  versions: [
    {
      version: 4,
      atMs: AT_MS,
      by: 'api:boss',
      origin: '127.0.0.1',
      reason: 'calmer nights',
      cause: 'set',
      changes: [{ key: 'risk_limits.open_positions_max', from: '10', to: '3' }],
    },
  ],
};
