import type { WorldKline } from '#practice/world.ts';

/** A candle in the making: a {@link WorldKline} that may still change. */
export type FormingKline = { -readonly [Key in keyof WorldKline]: WorldKline[Key] };

/** No trade happened: the close before stands, volume and trade ids are empty as at Binance. */
export function quietKline(openMs: number, intervalMs: number, ticks: number): FormingKline {
  return {
    openMs,
    closeMs: openMs + intervalMs - 1,
    openTicks: ticks,
    highTicks: ticks,
    lowTicks: ticks,
    closeTicks: ticks,
    lots: 0,
    quoteTickLots: 0,
    trades: 0,
    takerBuyLots: 0,
    takerBuyQuoteTickLots: 0,
    firstTradeId: -1,
    lastTradeId: -1,
  };
}

/**
 * The later candle's figures added to the earlier ones; both within the same longer period. As at
 * Binance a candle with trades shows only prices that traded: the quiet time around them counts
 * for nothing, else a minute would open at a price of the minute before.
 */
export function mergeKline(into: FormingKline, later: WorldKline): void {
  if (later.trades === 0) return;
  const isFirst = into.trades === 0;
  into.openTicks = isFirst ? later.openTicks : into.openTicks;
  into.highTicks = isFirst ? later.highTicks : Math.max(into.highTicks, later.highTicks);
  into.lowTicks = isFirst ? later.lowTicks : Math.min(into.lowTicks, later.lowTicks);
  into.firstTradeId = isFirst ? later.firstTradeId : into.firstTradeId;
  into.closeTicks = later.closeTicks;
  into.lastTradeId = later.lastTradeId;
  into.lots += later.lots;
  into.quoteTickLots += later.quoteTickLots;
  into.trades += later.trades;
  into.takerBuyLots += later.takerBuyLots;
  into.takerBuyQuoteTickLots += later.takerBuyQuoteTickLots;
}

/** The candle of a longer period that starts with `first`. */
export function startKline(first: WorldKline, openMs: number, intervalMs: number): FormingKline {
  return { ...first, openMs, closeMs: openMs + intervalMs - 1 };
}
