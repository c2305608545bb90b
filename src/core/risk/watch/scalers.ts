/**
 * How much of its usual risk an entry may take. Each scaler is 1 while there is nothing to say and
 * falls to its floor as its figure gets worse; they multiply.
 */
import type { PairRisk } from '#core/model/risk-state.ts';

const FLOOR = 0.25;
/** Share of what is invested from which one pair is too much of it. */
const CONCENTRATED = 0.5;
/** Exposure below which a few positions are not concentration but a beginning. */
const BEGINNING = 0.2;
/** Correlation with what is held from which another pair is more of the same. */
const ALIKE = 0.7;
/** Days to sell the largest position allowed, at a tenth of what trades. */
const DAYS_FINE = 0.1;
const DAYS_BAD = 1;

export interface ScalerInput {
  /** Of one day. */
  readonly volatility: number;
  readonly volatilityTarget: number;
  /** With what is held, weighted; 0 while nothing is. */
  readonly correlationToHeld: number;
  /** Of the pair in what is invested, with the largest entry that is allowed. */
  readonly shareOfInvested: number;
  readonly exposure: number;
  /** Undefined while the volume is not known. */
  readonly daysToExit: number | undefined;
}

export function pairScalers(input: ScalerInput): PairRisk['scalers'] {
  const { volatility, volatilityTarget, correlationToHeld, shareOfInvested, exposure } = input;
  return {
    // What has not moved is calm; what is not a number is not known to be.
    volatility: volatility === 0 ? 1 : between(volatilityTarget / volatility),
    correlation: falling(correlationToHeld, ALIKE, 1),
    concentration: exposure < BEGINNING ? 1 : falling(shareOfInvested, CONCENTRATED, 1),
    // Without any volume nobody knows whether there is a buyer.
    liquidity: falling(input.daysToExit ?? Infinity, DAYS_FINE, DAYS_BAD),
  };
}

export interface AccountScalerInput {
  readonly drawdown: number;
  /** Drawdown that halts entries: at half of it the size begins to fall. */
  readonly drawdownHalt: number;
  /** Annualised; undefined while there is too little to say. */
  readonly sharpe: number | undefined;
  readonly sharpeMin: number;
}

/** Full size needs a shallow drawdown and, once there is a record, the Sharpe ratio asked for. */
export function accountScaler(input: AccountScalerInput): number {
  const { drawdown, drawdownHalt, sharpe, sharpeMin } = input;
  const deep = falling(drawdown, drawdownHalt / 2, drawdownHalt);
  return sharpe !== undefined && sharpe < sharpeMin ? deep * 0.5 : deep;
}

/** 1 up to `from`, then straight down to the floor at `to`. */
function falling(value: number, from: number, to: number): number {
  if (!(value > from)) return Number.isNaN(value) ? FLOOR : 1;
  return between(1 - ((value - from) / (to - from)) * (1 - FLOOR));
}

function between(value: number): number {
  return value > FLOOR ? Math.min(1, value) : FLOOR;
}
