import type { Side } from '#practice/engine/order.ts';
import type { Random } from '#platform/random.ts';

export interface RecordedCandle {
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly lots: number;
}

/** One trade to come: when within its candle (0 to 1), at what price, how much, who took. */
export interface Print {
  readonly at: number;
  readonly ticks: number;
  readonly lots: number;
  readonly takerSide: Side;
}

/** A falling candle mostly made its high first, a rising one its low. */
const USUAL_ORDER_CHANCE = 0.7;

/**
 * Trades that make exactly this candle: the first at the open, the last at the close, both
 * extremes reached, nothing outside them, the volume exact (but never less than one lot for
 * each price that must trade). `count` is how many there should be, roughly.
 */
export function printsOf(candle: RecordedCandle, count: number, random: Random): Print[] {
  const corners = cornersOf(candle, random);
  const extra = Math.max(0, Math.min(count, candle.lots) - corners.length);
  const ticks = pathThrough(corners, extra, random);
  const lots = shareLots(Math.max(candle.lots, ticks.length), ticks.length, random);
  const times = ticks.map(() => random.next()).toSorted((a, b) => a - b);
  let previous = corners[0] ?? 0;
  return ticks.map((price, i) => {
    const takerSide = sideOf(price - previous, random);
    previous = price;
    return { at: 0.02 + 0.94 * (times[i] ?? 0), ticks: price, lots: lots[i] ?? 1, takerSide };
  });
}

/** Open, the two extremes in some order, close; neighbours that are equal are one. */
function cornersOf(candle: RecordedCandle, random: Random): number[] {
  const { openTicks, highTicks, lowTicks, closeTicks } = candle;
  const isUsual = random.next() < USUAL_ORDER_CHANCE;
  const isLowFirst = closeTicks >= openTicks === isUsual;
  const extremes = isLowFirst ? [lowTicks, highTicks] : [highTicks, lowTicks];
  const corners = [openTicks];
  for (const ticks of [...extremes, closeTicks]) {
    if (ticks !== corners.at(-1)) corners.push(ticks);
  }
  return corners;
}

/** The corners with `extra` points between them, on the way with some noise. */
function pathThrough(corners: readonly number[], extra: number, random: Random): number[] {
  const [low, high] = [Math.min(...corners), Math.max(...corners)];
  const gaps = Math.max(1, corners.length - 1);
  const path: number[] = [];
  for (const [i, corner] of corners.entries()) {
    path.push(corner);
    const next = corners[i + 1];
    const inGap = Math.floor(extra / gaps) + (i < extra % gaps ? 1 : 0);
    if (next === undefined && corners.length > 1) break;
    for (let step = 1; step <= inGap; step += 1) {
      const straight = corner + (((next ?? corner) - corner) * step) / (inGap + 1);
      const noise = (random.next() - 0.5) * 0.3 * (high - low);
      path.push(Math.min(high, Math.max(low, Math.round(straight + noise))));
    }
  }
  return path;
}

/** Whole lots that sum up exactly, at least one each. */
function shareLots(total: number, parts: number, random: Random): number[] {
  const weights = Array.from({ length: parts }, () => 0.2 + random.next() ** 2);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const spare = total - parts;
  const shares = weights.map((weight) => 1 + Math.floor((spare * weight) / sum));
  const given = shares.reduce((all, share) => all + share, 0);
  shares[0] = (shares[0] ?? 0) + total - given;
  return shares;
}

function sideOf(move: number, random: Random): Side {
  if (move !== 0) return move > 0 ? 'buy' : 'sell';
  return random.next() < 0.5 ? 'buy' : 'sell';
}
