import type { Clock } from '#platform/clock/clock.ts';
import type { WorldEvent } from '#practice/world.ts';
import { CATCH_UP_MS_MAX, SLICE_MS, sliceStart } from './driver.ts';
import type { Driver } from './driver.ts';
import { MINUTES_PER_DAY } from './day-path.ts';
import { FairPath } from './fair-path.ts';
import { addHistory } from './history.ts';
import type { Stage } from './history.ts';
import { LiquidityBoard } from './liquidity.ts';
import { PriceShocks } from './price-shocks.ts';
import { firstTradeId, SymbolMarket } from './symbol-market.ts';
import { chooseCoins, specOf } from './symbols.ts';
import { SyntheticMarket } from './synthetic-market.ts';

/**
 * Four times the volatility of real crypto: a coin moves 0.3 to 0.5 % in a usual minute, as it
 * really does in the wildest hours, so that a desk which must earn its fees on candles of a
 * second or a minute has something to decide.
 */
export const DEFAULT_VOLATILITY = 4;

const DAY_MS = MINUTES_PER_DAY * 60_000;
const HISTORY_DAYS = 7;

/** Room for the trades of the history, whose ids come before those of the live market. */
const HISTORY_IDS = 40_000_000;

/** The last minute before the start is really traded, so the book is what trading leaves. */
const WARM_UP_MS = 60_000;

export function createSynthetic(options: {
  clock: Clock;
  seed: number;
  publish: (event: WorldEvent) => void;
  pairs?: readonly string[];
  volatility?: number;
}): Driver {
  const { clock, seed, publish } = options;
  const coins = chooseCoins(options.pairs);
  const startMs = sliceStart(clock.now());
  const historyMs = (Math.floor(startMs / DAY_MS) - HISTORY_DAYS) * DAY_MS;
  const volatility = options.volatility ?? DEFAULT_VOLATILITY;
  const markets = coins.map(
    (coin) =>
      new SymbolMarket({
        spec: specOf(coin),
        historyMs,
        startMs,
        firstTradeId: firstTradeId(startMs) - HISTORY_IDS,
        fillsQuiet: true,
        publish,
      }),
  );
  const path = new FairPath({ seed, coins, volatility });
  const stage: Stage = { seed, path, coins, markets };
  const warmUpMs = Math.floor((startMs - WARM_UP_MS) / 1000) * 1000;
  addHistory(stage, historyMs, warmUpMs);
  const shocks = new PriceShocks();
  const liquidity = new LiquidityBoard();
  const live = new SyntheticMarket(stage, shocks, liquidity);
  const driver = sliceDriver(stage, live, warmUpMs);
  driver.catchUp(startMs);
  // Trades of the warm-up are in its candles only: an exchange that was killed must not tell
  // new trades of a time whose trades it has already told.
  for (const market of markets) market.skipTradeIds(firstTradeId(startMs));
  return { markets, shocks, liquidity, step: (nowMs) => driver.step(nowMs) };
}

function sliceDriver(
  stage: Stage,
  live: SyntheticMarket,
  fromMs: number,
): { step(nowMs: number): void; catchUp(toMs: number): void } {
  let nextMs = fromMs;

  function catchUp(toMs: number): void {
    for (; nextMs + SLICE_MS <= toMs; nextMs += SLICE_MS) live.runSlice(nextMs);
    for (const market of stage.markets) market.candles.advance(nextMs);
  }

  // A pause (SIGSTOP, a sleeping laptop) is an outage of the exchange: nothing was streamed, but
  // the candles are there for who asks. The book is stale, so it is quoted anew before anybody
  // trades.
  function skip(toMs: number): void {
    const fromSecondMs = Math.ceil(nextMs / 1000) * 1000;
    const toSecondMs = Math.floor(toMs / 1000) * 1000;
    for (const { candles } of stage.markets) candles.silently(() => candles.advance(fromSecondMs));
    addHistory(stage, fromSecondMs, toSecondMs);
    live.dropQuotes();
    nextMs = toSecondMs;
  }

  return {
    catchUp,
    step: (nowMs) => {
      if (nowMs - nextMs > CATCH_UP_MS_MAX) skip(nowMs);
      catchUp(nowMs);
    },
  };
}
