import type { FidelityScore } from './score.ts';
import { spreadOf } from './score.ts';
import type { OrderStyle } from './watched-order.ts';

export interface FidelityFigures {
  /** Scored orders of which is known what really happened. */
  readonly orders: number;
  /** Nobody can know: the price was touched, not traded through. */
  readonly unknown: number;
  /** Share of the orders that filled on paper alone or in truth alone. */
  readonly fillRateError: number;
  /** Mean distance of the two prices in spreads; undefined while nothing filled on both sides. */
  readonly slippageError: number | undefined;
  /** The same with its sign: positive = paper is too kind. */
  readonly slippageBias: number | undefined;
  /** Means after 1, 5 and 60 s. */
  readonly markouts: readonly (number | undefined)[];
}

export interface FidelityReport extends FidelityFigures {
  readonly byStyle: Readonly<Record<OrderStyle, FidelityFigures>>;
}

export function fidelityReport(scores: readonly FidelityScore[]): FidelityReport {
  const of = (style: OrderStyle): FidelityFigures =>
    figures(scores.filter((score) => score.style === style));
  return {
    ...figures(scores),
    byStyle: { taker: of('taker'), maker: of('maker'), stop: of('stop') },
  };
}

function figures(scores: readonly FidelityScore[]): FidelityFigures {
  const known = scores.filter(({ isTrulyFilled }) => isTrulyFilled !== null);
  const wrong = known.filter(({ isPaperFilled, isTrulyFilled }) => isPaperFilled !== isTrulyFilled);
  const errors = known.flatMap(priceError);
  return {
    orders: known.length,
    unknown: scores.length - known.length,
    fillRateError: known.length === 0 ? 0 : wrong.length / known.length,
    slippageError: mean(errors.map(Math.abs)),
    slippageBias: mean(errors),
    markouts: [0, 1, 2].map((n) => mean(scores.flatMap(({ markouts }) => markouts[n] ?? []))),
  };
}

/** How much better paper was than the truth, in spreads. */
function priceError(score: FidelityScore): number[] {
  const { paperPrice, truePrice, side } = score;
  if (paperPrice === null || truePrice === null) return [];
  const better = side === 'buy' ? truePrice - paperPrice : paperPrice - truePrice;
  return [better / spreadOf(score)];
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
