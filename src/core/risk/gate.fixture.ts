import type { DecimalText } from '#core/model/decimal-text.ts';
import { Instrument } from '#core/model/instrument.ts';
import { TradeIntent } from '#core/model/intent.ts';
import type { Quote } from '#core/model/market.ts';
import type { Pair } from '#core/model/pair.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import { RiskLimits } from './config.ts';
import { gateRisk } from './gate-risk.ts';
import type { GateInput } from './gate-input.ts';

export const PAIR = 'BTC/USDT' as Pair;
export const OTHER = 'ETH/USDT' as Pair;
export const NOW = 1_750_000_000_000;

export const text = (value: string): DecimalText => value as DecimalText;

export const INSTRUMENT = Instrument.parse({
  pair: PAIR,
  venueSymbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  status: 'trading',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQty: '0.00001',
  maxQty: '9000',
  minNotional: '5',
  minPrice: '0.01',
  maxPrice: '1000000',
  bidPriceUp: '5',
  bidPriceDown: '0.2',
  askPriceUp: '5',
  askPriceDown: '0.2',
  maxOpenOrders: 200,
  maxAlgoOrders: 5,
  maxOrderLists: 20,
  hasOco: true,
  hasTrailingStop: true,
});

export const QUOTE: Quote = {
  pair: PAIR,
  bid: text('49990'),
  bidQty: text('1'),
  ask: text('50000'),
  askQty: text('1'),
  atMs: NOW,
  receivedMs: NOW,
};

const COMMON = {
  id: '0000000000000001',
  desk: 'desk',
  variant: 'main',
  pair: PAIR,
  timeframe: '1m',
  candleCloseMs: NOW,
  evaluationId: 'BTC-USDT_1m_1',
  confidence: 0.8,
  receivedMs: NOW,
  createdMs: NOW,
  expiresAtMs: NOW + 30_000,
};

export function enter(changed: object = {}): TradeIntent {
  const distances = { stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
  return TradeIntent.parse({ ...COMMON, action: 'enter', ...distances, ...changed });
}

export const EXIT = TradeIntent.parse({ ...COMMON, action: 'exit' });

export function reduce(reduceFraction: number): TradeIntent {
  return TradeIntent.parse({ ...COMMON, action: 'reduce', reduceFraction });
}

/** Two pairs that move half together, a hundredth a day. */
export function calmRisk(changed: Partial<RiskState> = {}): RiskState {
  const scalers = { volatility: 1, correlation: 1, concentration: 1, liquidity: 1 };
  const risk = { volatility: 0.01, dailyVolumeQuote: 1e9, scalers };
  return {
    atMs: NOW,
    level: 'normal',
    reasons: [],
    accountScaler: 1,
    pairs: [
      { pair: PAIR, ...risk },
      { pair: OTHER, ...risk },
    ],
    correlations: [0.5],
    limits: [],
    figures: {},
    ...changed,
  };
}

/** An entry that the gate accepts; each test breaks one thing. */
export function inputOf(changed: Partial<GateInput> = {}): GateInput {
  return {
    nowMs: NOW,
    intent: enter(),
    account: {
      equityQuote: text('10000'),
      freeQuote: text('10000'),
      dayLossFraction: 0,
      drawdownFraction: 0,
      lossesInRow: 0,
      hasStaleMark: false,
    },
    positions: [],
    entries: [],
    hasUnknownCommand: false,
    isPairReady: true,
    halts: [],
    instrument: INSTRUMENT,
    quote: QUOTE,
    freshMs: NOW,
    orders: { openOrders: 0, algoOrders: 0, orderLists: 0 },
    takerFeeFraction: 0.001,
    risk: gateRisk(calmRisk()),
    limits: RiskLimits.parse({}),
    ...changed,
  };
}
