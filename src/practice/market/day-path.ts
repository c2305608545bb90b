/**
 * One UTC day of fair prices, minute by minute, for all coins: a pure function of the seed and
 * the day. So an exchange that is killed and started again goes on where it was, and history
 * and live market are one path.
 *
 * A day has two ends, each coin's level at midnight (a mean-reverting walk around its
 * catalogue price with a finite memory, so any day can be computed alone), and between them a
 * chain of minutes: regimes that switch (Markov), volatility that clusters (two stochastic
 * components, minutes and hours), jumps (Poisson), a market factor all coins share and a part of
 * their own. What the chain misses of the day's end is spread evenly over the day.
 */
import { seededRandom } from '#platform/random.ts';
import type { Random } from '#platform/random.ts';
import { drawRegime, nextRegime, regimeTraits } from './regimes.ts';
import type { Regime } from './regimes.ts';
import type { Coin } from './symbols.ts';

export const MINUTES_PER_DAY = 1440;
const MINUTES_PER_YEAR = 365 * MINUTES_PER_DAY;

/** BTC's yearly volatility in calm years; the market factor is BTC-like. */
const MARKET_YEARLY = 0.47;

/**
 * Memory of the level at midnight: half is forgotten in two days, all in thirty. It moves half
 * as far as the minutes would take it, so prices stay within a third of the catalogue's.
 */
const LEVEL_MEMORY = 0.7;
const LEVEL_SPREAD = 0.5;
const LEVEL_DAYS = 30;

/** A market jump every hour and a half, a coin's own every five hours; sizes in sigmas. */
const MARKET_JUMPS_PER_MINUTE = 1 / 90;
const COIN_JUMPS_PER_MINUTE = 1 / 300;

export interface PathModel {
  readonly seed: number;
  readonly coins: readonly Coin[];
  /** 1 = as real crypto moves; see `DEFAULT_VOLATILITY`. */
  readonly volatility: number;
}

export interface CoinDay {
  /** Log price at the start of each minute, and at the end of the day. */
  readonly logPrice: Float64Array;
  /** Sigma of the coin's own part in each minute. */
  readonly ownSigma: Float64Array;
  /** Part of the minute's return that comes at once. */
  readonly jump: Float64Array;
}

export interface DayPath {
  readonly day: number;
  readonly coins: readonly CoinDay[];
  /** Sigma of the market factor in each minute. */
  readonly marketSigma: Float64Array;
  /** Volatility and trading relative to an average minute. */
  readonly activity: Float64Array;
  readonly regimes: readonly Regime[];
}

export function dayPath(model: PathModel, day: number): DayPath {
  const random = seededRandom(`${model.seed}/day/${day}`);
  const market = marketDay(model, random.fork('market'));
  const coins = model.coins.map((coin) => {
    const own = random.fork(coin.base);
    const ends = { from: levelAt(model, coin, day), to: levelAt(model, coin, day + 1) };
    return coinDay({ model, coin, market, ends, random: own });
  });
  const { sigma: marketSigma, activity, regimes } = market;
  return { day, coins, marketSigma, activity, regimes };
}

interface MarketDay {
  readonly sigma: Float64Array;
  readonly drift: Float64Array;
  readonly pull: Float64Array;
  readonly shock: Float64Array;
  readonly jump: Float64Array;
  readonly activity: Float64Array;
  readonly regimes: readonly Regime[];
}

function marketDay(model: PathModel, random: Random): MarketDay {
  const calm = (MARKET_YEARLY / Math.sqrt(MINUTES_PER_YEAR)) * model.volatility;
  const columns = {
    sigma: new Float64Array(MINUTES_PER_DAY),
    drift: new Float64Array(MINUTES_PER_DAY),
    pull: new Float64Array(MINUTES_PER_DAY),
    shock: new Float64Array(MINUTES_PER_DAY),
    jump: new Float64Array(MINUTES_PER_DAY),
    activity: new Float64Array(MINUTES_PER_DAY),
  };
  const regimes: Regime[] = [];
  const cluster = volatilityCluster(random.fork('volatility'));
  let regime = drawRegime(random);
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += 1) {
    const traits = regimeTraits(regime);
    const activity = cluster() * traits.volatility * intradayFactor(minute);
    columns.activity[minute] = activity;
    columns.sigma[minute] = calm * activity;
    columns.drift[minute] = calm * traits.drift;
    columns.pull[minute] = traits.pull;
    columns.shock[minute] = calm * activity * random.normal();
    columns.jump[minute] = jumpSize(random, MARKET_JUMPS_PER_MINUTE) * calm;
    regimes.push(regime);
    regime = nextRegime(regime, random);
  }
  return { ...columns, regimes };
}

function coinDay(of: {
  model: PathModel;
  coin: Coin;
  market: MarketDay;
  ends: { from: number; to: number };
  random: Random;
}): CoinDay {
  const { model, coin, market, ends, random } = of;
  const calm = (coin.ownYearly / Math.sqrt(MINUTES_PER_YEAR)) * model.volatility;
  const logPrice = new Float64Array(MINUTES_PER_DAY + 1);
  const ownSigma = new Float64Array(MINUTES_PER_DAY);
  const jump = new Float64Array(MINUTES_PER_DAY);
  const cluster = volatilityCluster(random.fork('volatility'));
  let [level, anchor, momentum] = [ends.from, ends.from, 0];
  for (let minute = 0; minute < MINUTES_PER_DAY; minute += 1) {
    const at = (column: Float64Array): number => column[minute] ?? 0;
    logPrice[minute] = level;
    ownSigma[minute] = calm * cluster() * Math.sqrt(at(market.activity));
    jump[minute] = coin.beta * at(market.jump) + jumpSize(random, COIN_JUMPS_PER_MINUTE) * calm;
    // The coin's own drift fades within half an hour: coins lead and lag each other.
    momentum = 0.97 * momentum + 0.04 * calm * random.normal();
    const common = coin.beta * (at(market.drift) + at(market.shock));
    const pulled = at(market.pull) * (anchor - level);
    level += common + pulled + momentum + at(ownSigma) * random.normal() + at(jump);
    anchor += (level - anchor) / 45;
  }
  logPrice[MINUTES_PER_DAY] = level;
  const missing = (ends.to - level) / MINUTES_PER_DAY;
  for (let minute = 0; minute <= MINUTES_PER_DAY; minute += 1) {
    logPrice[minute] = (logPrice[minute] ?? 0) + missing * minute;
  }
  return { logPrice, ownSigma, jump };
}

/** Log price of a coin at the midnight that begins `day`. */
function levelAt(model: PathModel, coin: Coin, day: number): number {
  const daily = (LEVEL_SPREAD * model.volatility) / Math.sqrt(365);
  let level = Math.log(coin.price);
  let weight = 1;
  for (let back = 0; back < LEVEL_DAYS; back += 1) {
    const market = seededRandom(`${model.seed}/level/${day - back}`).normal();
    const own = seededRandom(`${model.seed}/level/${day - back}/${coin.base}`).normal();
    level += weight * daily * (coin.beta * MARKET_YEARLY * market + coin.ownYearly * own);
    weight *= LEVEL_MEMORY;
  }
  return level;
}

/**
 * Multiplier with mean 1 whose logarithm is the sum of a part that lasts minutes and one that
 * lasts hours: big moves come in clusters and the tails of returns get fat.
 */
function volatilityCluster(random: Random): () => number {
  const parts = [
    { keep: Math.exp(-1 / 6), spread: 0.35, value: random.normal() * 0.35 },
    { keep: Math.exp(-1 / 120), spread: 0.42, value: random.normal() * 0.42 },
  ];
  return () => {
    let log = 0;
    for (const part of parts) {
      const noise = part.spread * Math.sqrt(1 - part.keep ** 2) * random.normal();
      part.value = part.keep * part.value + noise;
      log += part.value - part.spread ** 2 / 2;
    }
    return Math.exp(log);
  };
}

/** Busiest when Europe and America are both awake, about 15:00 UTC; quietest before dawn. */
function intradayFactor(minute: number): number {
  return 1 + 0.3 * Math.cos((2 * Math.PI * (minute - 15 * 60)) / MINUTES_PER_DAY);
}

/** Zero in most minutes, else 3 to 8 sigmas, down a little more often than up. */
function jumpSize(random: Random, perMinute: number): number {
  const [chance, size, sign] = [random.next(), random.next(), random.next()];
  if (chance >= perMinute) return 0;
  return (3 + 5 * size) * (sign < 0.55 ? -1 : 1);
}
