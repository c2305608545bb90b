/**
 * The fair price at any moment. Minutes come from the day's path; inside a minute the price
 * walks from one end to the other second by second (a Brownian bridge of the market's part and
 * of the coin's own, so seconds are correlated as minutes are), a jump comes at one second.
 */
import { seededRandom } from '#platform/random.ts';
import type { Random } from '#platform/random.ts';
import { dayPath, MINUTES_PER_DAY } from './day-path.ts';
import type { DayPath, PathModel } from './day-path.ts';
import type { Regime } from './regimes.ts';

const MINUTE_MS = 60_000;
const SECONDS = 60;

/** The history's seven days, today and the day that is about to begin. */
const DAYS_KEPT = 10;

export interface MinutePath {
  readonly minute: number;
  /** Per coin: the log price at each second of the minute, both ends included. */
  readonly logPrices: readonly Float64Array[];
  /** Per coin: sigma of the log price over the whole minute. */
  readonly sigmas: readonly number[];
  readonly activity: number;
  readonly regime: Regime;
}

export class FairPath {
  readonly #model: PathModel;
  readonly #days = new Map<number, DayPath>();
  #minute: MinutePath | undefined;

  constructor(model: PathModel) {
    this.#model = model;
  }

  /** The minute with this number since the epoch. */
  minute(minute: number): MinutePath {
    if (this.#minute?.minute !== minute) this.#minute = this.#walk(minute);
    return this.#minute;
  }

  /** Log price of a coin, straight between the seconds. */
  logPriceAt(coin: number, timeMs: number): number {
    const path = this.minute(Math.floor(timeMs / MINUTE_MS)).logPrices[coin];
    const inMinute = (timeMs % MINUTE_MS) / 1000;
    const second = Math.floor(inMinute);
    const from = path?.[second] ?? 0;
    return from + ((path?.[second + 1] ?? from) - from) * (inMinute - second);
  }

  /** The minute's two ends and sigma for one coin, without walking its seconds. */
  minuteEnds(coin: number, minute: number): { from: number; to: number; sigma: number } {
    const { day, index } = this.#locate(minute);
    const path = day.coins[coin];
    return {
      from: path?.logPrice[index] ?? 0,
      to: path?.logPrice[index + 1] ?? 0,
      sigma: this.#sigma(day, coin, index),
    };
  }

  activityAt(minute: number): number {
    const { day, index } = this.#locate(minute);
    return day.activity[index] ?? 1;
  }

  #locate(minute: number): { day: DayPath; index: number } {
    const number = Math.floor(minute / MINUTES_PER_DAY);
    let day = this.#days.get(number);
    if (day === undefined) {
      day = dayPath(this.#model, number);
      this.#days.set(number, day);
      for (const old of this.#days.keys()) {
        if (this.#days.size > DAYS_KEPT) this.#days.delete(old);
      }
    }
    return { day, index: minute - number * MINUTES_PER_DAY };
  }

  #sigma(day: DayPath, coin: number, index: number): number {
    const common = (this.#model.coins[coin]?.beta ?? 0) * (day.marketSigma[index] ?? 0);
    return Math.hypot(common, day.coins[coin]?.ownSigma[index] ?? 0);
  }

  #walk(minute: number): MinutePath {
    const { day, index } = this.#locate(minute);
    const random = seededRandom(`${this.#model.seed}/minute/${minute}`);
    const marketBridge = bridge(random.fork('market'));
    const jumpSecond = random.int(SECONDS);
    const logPrices = this.#model.coins.map((coin, number) => {
      const path = day.coins[number];
      const from = path?.logPrice[index] ?? 0;
      const jump = path?.jump[index] ?? 0;
      const smooth = (path?.logPrice[index + 1] ?? 0) - from - jump;
      const common = coin.beta * (day.marketSigma[index] ?? 0);
      const own = path?.ownSigma[index] ?? 0;
      const ownBridge = bridge(random.fork(coin.base));
      return marketBridge.map((shared, second) => {
        const walked = (smooth * second) / SECONDS + common * shared;
        const jumped = second > jumpSecond ? jump : 0;
        return from + walked + own * (ownBridge[second] ?? 0) + jumped;
      });
    });
    return {
      minute,
      logPrices,
      sigmas: this.#model.coins.map((_, coin) => this.#sigma(day, coin, index)),
      activity: day.activity[index] ?? 1,
      regime: day.regimes[index] ?? 'range',
    };
  }
}

/** A walk of 60 steps that would have variance 1, bent to begin and end at 0. */
function bridge(random: Random): Float64Array {
  const walk = new Float64Array(SECONDS + 1);
  for (let second = 1; second <= SECONDS; second += 1) {
    walk[second] = (walk[second - 1] ?? 0) + random.normal() / Math.sqrt(SECONDS);
  }
  const end = walk[SECONDS] ?? 0;
  return walk.map((value, second) => value - (end * second) / SECONDS);
}
