import type { KlineInterval, RangeQuery, WorldKline } from '#practice/world.ts';
import { INTERVAL_MS, LONG_INTERVALS, periodStart } from './interval.ts';
import { KlineRing } from './kline-ring.ts';
import { mergeKline, quietKline, startKline } from './kline.ts';
import type { FormingKline } from './kline.ts';

/** Two hours of seconds and nine days of minutes: a week of history and room to run. */
const SECONDS_KEPT = 7200;
const MINUTES_KEPT = 9 * 1440;
const DAY_MS = INTERVAL_MS['1d'];
const MINUTE_MS = INTERVAL_MS['1m'];

type LongInterval = (typeof LONG_INTERVALS)[number];
type ClosedListener = (interval: KlineInterval, kline: WorldKline) => void;

export interface TradePrint {
  readonly id: number;
  readonly ticks: number;
  readonly lots: number;
  readonly timeMs: number;
  readonly buyerIsMaker: boolean;
}

/**
 * The candles of one symbol. Trades make seconds, seconds make minutes, minutes make the rest,
 * so every interval agrees with every other. A closed candle never changes.
 *
 * A second without trades is a candle at the last close where `fillsQuiet` is set (as at
 * Binance); a replay clears it where the recording has a gap.
 */
export class CandleStore {
  /** Whether a period without trades is a candle at the last close, or no candle. */
  fillsQuiet: boolean;
  readonly #onClosed: ClosedListener;
  readonly #seconds = new KlineRing({ intervalMs: 1000, capacity: SECONDS_KEPT });
  readonly #minutes = new KlineRing({ intervalMs: MINUTE_MS, capacity: MINUTES_KEPT });
  readonly #periods = new Map<LongInterval, FormingKline>();
  #second: FormingKline | undefined;
  #minute: FormingKline | undefined;
  /** Start of the second that is forming. */
  #secondMs: number;
  #isSilent = false;
  #lastTicks: number | undefined;
  #dayBefore: { minuteMs: number; kline: FormingKline } | undefined;

  constructor(options: { startMs: number; fillsQuiet: boolean; onClosed: ClosedListener }) {
    this.#secondMs = periodStart(options.startMs, 1000);
    this.fillsQuiet = options.fillsQuiet;
    this.#onClosed = options.onClosed;
  }

  get lastTicks(): number | undefined {
    return this.#lastTicks;
  }

  /** Counts a trade into the forming second; `advance` must have come to its time before. */
  trade(print: TradePrint): void {
    this.#second = this.#second ?? quietKline(this.#secondMs, 1000, print.ticks);
    const kline = this.#second;
    const quote = print.ticks * print.lots;
    if (kline.trades === 0) {
      kline.openTicks = print.ticks;
      kline.highTicks = print.ticks;
      kline.lowTicks = print.ticks;
      kline.firstTradeId = print.id;
    }
    kline.highTicks = Math.max(kline.highTicks, print.ticks);
    kline.lowTicks = Math.min(kline.lowTicks, print.ticks);
    kline.closeTicks = print.ticks;
    kline.lots += print.lots;
    kline.quoteTickLots += quote;
    kline.trades += 1;
    kline.lastTradeId = print.id;
    if (!print.buyerIsMaker) {
      kline.takerBuyLots += print.lots;
      kline.takerBuyQuoteTickLots += quote;
    }
    this.#lastTicks = print.ticks;
  }

  /** The record has a candle without trades here. */
  markQuiet(candle: Pick<WorldKline, 'openTicks' | 'highTicks' | 'lowTicks' | 'closeTicks'>): void {
    const { openTicks, highTicks, lowTicks, closeTicks } = candle;
    const quiet = this.#second ?? quietKline(this.#secondMs, 1000, closeTicks);
    this.#second = { ...quiet, openTicks, highTicks, lowTicks, closeTicks };
    this.#lastTicks = closeTicks;
  }

  /** Closes every period that ended at `nowMs` or before. */
  advance(nowMs: number): void {
    while (this.#secondMs + 1000 <= nowMs) {
      this.#closeSecond(this.#second ?? this.#quiet(1000, this.#secondMs));
    }
  }

  /** Closes periods without telling anybody: history, and time nobody was served. */
  silently(work: () => void): void {
    this.#isSilent = true;
    try {
      work();
    } finally {
      this.#isSilent = false;
    }
  }

  /** A ready candle of a past second; `undefined` is a second without one. */
  addSecond(kline: WorldKline | undefined): void {
    if (kline !== undefined) this.#lastTicks = kline.closeTicks;
    this.#closeSecond(kline ?? this.#quiet(1000, this.#secondMs));
  }

  /** A ready candle of a past minute; the store must stand at its start. */
  addMinute(kline: WorldKline | undefined): void {
    if (kline !== undefined) this.#lastTicks = kline.closeTicks;
    this.#minute = kline === undefined ? this.#quiet(MINUTE_MS, this.#secondMs) : { ...kline };
    this.#secondMs += MINUTE_MS;
    this.#closeMinute();
  }

  current(interval: KlineInterval): WorldKline | undefined {
    const second = this.#second ?? this.#quiet(1000, this.#secondMs);
    if (interval === '1s') return second === undefined ? undefined : { ...second };
    const minute = this.#combine(this.#minute, second, '1m');
    if (interval === '1m') return minute;
    return this.#combine(this.#periods.get(interval), minute, interval);
  }

  range(interval: KlineInterval, query: RangeQuery): WorldKline[] {
    if (query.limit <= 0) return [];
    if (interval === '1s') return this.#baseRange(this.#seconds, interval, query);
    if (interval === '1m') return this.#baseRange(this.#minutes, interval, query);
    return this.#longRange(interval, query);
  }

  /** The rolling day from minute candles; the closed part is kept until the minute ends. */
  stats24h(nowMs: number): WorldKline {
    const minuteMs = periodStart(nowMs, MINUTE_MS);
    if (this.#dayBefore?.minuteMs !== minuteMs) {
      this.#dayBefore = { minuteMs, kline: this.#sumSince(minuteMs - DAY_MS + MINUTE_MS) };
    }
    const day = { ...this.#dayBefore.kline, openMs: nowMs - DAY_MS, closeMs: nowMs };
    const forming = this.current('1m');
    if (forming === undefined) return day;
    if (day.openTicks === 0) return { ...forming, openMs: day.openMs, closeMs: day.closeMs };
    mergeKline(day, forming);
    return day;
  }

  #sumSince(fromMs: number): FormingKline {
    let sum: FormingKline | undefined;
    for (let i = this.#minutes.indexFrom(fromMs); i < this.#minutes.length; i += 1) {
      const minute = this.#minutes.at(i);
      if (sum === undefined) sum = { ...minute };
      else mergeKline(sum, minute);
    }
    return sum ?? quietKline(fromMs, DAY_MS, 0);
  }

  #quiet(intervalMs: number, openMs: number): FormingKline | undefined {
    if (!this.fillsQuiet || this.#lastTicks === undefined) return undefined;
    return quietKline(openMs, intervalMs, this.#lastTicks);
  }

  #closeSecond(kline: WorldKline | undefined): void {
    const openMs = this.#secondMs;
    this.#second = undefined;
    this.#secondMs += 1000;
    if (kline !== undefined) {
      this.#seconds.push(kline);
      this.#minute = merged(this.#minute, kline, '1m');
      if (!this.#isSilent) this.#onClosed('1s', kline);
    }
    if ((openMs + 1000) % MINUTE_MS === 0) this.#closeMinute();
  }

  #closeMinute(): void {
    const endMs = this.#secondMs;
    const minute = this.#minute;
    this.#minute = undefined;
    if (minute !== undefined) {
      this.#minutes.push(minute);
      if (!this.#isSilent) this.#onClosed('1m', minute);
    }
    for (const interval of LONG_INTERVALS) {
      if (minute !== undefined) {
        this.#periods.set(interval, merged(this.#periods.get(interval), minute, interval));
      }
      if (endMs % INTERVAL_MS[interval] !== 0) continue;
      const closed = this.#periods.get(interval);
      this.#periods.delete(interval);
      if (closed !== undefined && !this.#isSilent) this.#onClosed(interval, closed);
    }
  }

  #combine(
    closedPart: WorldKline | undefined,
    forming: WorldKline | undefined,
    interval: KlineInterval,
  ): WorldKline | undefined {
    if (forming === undefined) return closedPart === undefined ? undefined : { ...closedPart };
    return merged(closedPart === undefined ? undefined : { ...closedPart }, forming, interval);
  }

  #baseRange(ring: KlineRing, interval: '1s' | '1m', query: RangeQuery): WorldKline[] {
    const endMs = query.endMs ?? Number.POSITIVE_INFINITY;
    const forming = this.current(interval);
    const last = forming !== undefined && forming.openMs <= endMs ? forming : undefined;
    const until = endMs === Number.POSITIVE_INFINITY ? ring.length : ring.indexFrom(endMs + 1);
    const from =
      query.startMs === undefined
        ? Math.max(0, until - query.limit + (last === undefined ? 0 : 1))
        : ring.indexFrom(query.startMs);
    const found: WorldKline[] = [];
    for (let i = from; i < until && found.length < query.limit; i += 1) found.push(ring.at(i));
    const hasRoom = found.length < query.limit;
    if (last !== undefined && hasRoom && last.openMs >= (query.startMs ?? 0)) found.push(last);
    return found;
  }

  #longRange(interval: LongInterval, query: RangeQuery): WorldKline[] {
    const intervalMs = INTERVAL_MS[interval];
    const endMs = Math.min(query.endMs ?? this.#secondMs, this.#secondMs);
    const lastOpenMs = periodStart(endMs, intervalMs);
    const fromMs = query.startMs ?? lastOpenMs - (query.limit - 1) * intervalMs;
    // In a replay with gaps a count of periods back from now may hold fewer candles than asked
    // for; Binance's own outages show the same.
    const firstMs = Math.ceil(fromMs / intervalMs) * intervalMs;
    const untilMs = Math.min(lastOpenMs, firstMs + (query.limit - 1) * intervalMs);
    const isSpanned = query.startMs === undefined;
    const found = this.#aggregate(interval, firstMs, isSpanned ? untilMs : lastOpenMs);
    return found.slice(0, query.limit);
  }

  #aggregate(interval: LongInterval, firstMs: number, lastOpenMs: number): WorldKline[] {
    const intervalMs = INTERVAL_MS[interval];
    const found: FormingKline[] = [];
    // A period whose first minutes have been dropped from the ring would be a lie.
    const wholeFromMs = this.#minutes.isWrapped ? this.#minutes.at(0).openMs : 0;
    const fromMs = Math.max(firstMs, Math.ceil(wholeFromMs / intervalMs) * intervalMs);
    for (let i = this.#minutes.indexFrom(fromMs); i < this.#minutes.length; i += 1) {
      const minute = this.#minutes.at(i);
      const openMs = periodStart(minute.openMs, intervalMs);
      if (openMs > lastOpenMs) break;
      const last = found.at(-1);
      if (last?.openMs === openMs) mergeKline(last, minute);
      else found.push(startKline(minute, openMs, intervalMs));
    }
    const forming = this.current(interval);
    if (forming === undefined || forming.openMs > lastOpenMs || forming.openMs < firstMs) {
      return found;
    }
    if (found.at(-1)?.openMs === forming.openMs) found.pop();
    found.push({ ...forming });
    return found;
  }
}

function merged(
  into: FormingKline | undefined,
  later: WorldKline,
  interval: KlineInterval,
): FormingKline {
  if (into === undefined) {
    const intervalMs = INTERVAL_MS[interval];
    return startKline(later, periodStart(later.openMs, intervalMs), intervalMs);
  }
  mergeKline(into, later);
  return into;
}
