import type { Candle } from '#core/model/candle.ts';

/**
 * When a candle is closed, for one pair. Pure: it is told what happened and answers with what to do.
 *
 * 1. Closes come in order, each period at most once, none twice.
 * 2. A period is over when the venue says so (the closed flag), when a trade or candle of a later
 *    period has come, or when the venue's clock is past its end and the grace. In the last two
 *    cases its content is not known to be final: REST is asked, and only its answer closes it.
 * 3. A closed candle behind a hole is held until REST has said what was in the hole.
 * 4. A period for which REST shows a later candle and nothing else had no candle at all.
 */
export type CloseEffect =
  | {
      readonly kind: 'close';
      readonly candle: Candle;
      readonly origin: 'live' | 'backfill';
      readonly receivedMs: number;
    }
  /** Ask REST for closed candles from this open time on, then call `answered` or `unanswered`. */
  | { readonly kind: 'ask'; readonly sinceMs: number }
  /** A closed candle of a period that is closed already: a duplicate or a revision. */
  | { readonly kind: 'late'; readonly candle: Candle }
  /** Periods the venue has no candle for. */
  | { readonly kind: 'absent'; readonly count: number };

export interface CloseRuleOptions {
  readonly periodMs: number;
  readonly nextOpenMs: number;
  readonly closeGraceMs: number;
  readonly evidenceGraceMs: number;
}

/** A close known later than this after the period's end was not seen as it happened. */
export const LIVE_WITHIN_MS = 2_000;
const ASK_AGAIN_MS = 250;
const ASK_AGAIN_MS_MAX = 5_000;
/** Held candles behind one hole; REST has them all, so older ones may go. */
const HELD_MAX = 1_000;

interface Held {
  readonly candle: Candle;
  readonly receivedMs: number;
}

export class CloseRule {
  readonly #options: CloseRuleOptions;
  readonly #held = new Map<number, Held>();
  #nextOpenMs: number;
  /** Since when it is known by a later trade or candle that the next period is over. */
  #overSinceMs: number | undefined;
  #isAsking = false;
  #askAgainMs = -Infinity;
  #misses = 0;

  constructor(options: CloseRuleOptions) {
    this.#options = options;
    this.#nextOpenMs = options.nextOpenMs;
  }

  /** Open time of the period that closes next. */
  get nextOpenMs(): number {
    return this.#nextOpenMs;
  }

  /** True while a whole further period has passed without the close. */
  isBehind(nowMs: number): boolean {
    const { periodMs, closeGraceMs } = this.#options;
    return nowMs >= this.#nextOpenMs + 2 * periodMs + closeGraceMs;
  }

  candle(candle: Candle, isClosed: boolean, receivedMs: number): CloseEffect[] {
    if (candle.openMs < this.#nextOpenMs) return isClosed ? [{ kind: 'late', candle }] : [];
    if (isClosed && !this.#held.has(candle.openMs)) {
      this.#held.set(candle.openMs, { candle, receivedMs });
      if (this.#held.size > HELD_MAX) this.#held.delete(Math.min(...this.#held.keys()));
    }
    const effects = this.#flush();
    // The stream is in order: a candle of a later period means the closing one will not come.
    const isPast = candle.openMs > this.#nextOpenMs || this.#held.size > 0;
    if (!isPast) return effects;
    this.#overSinceMs ??= receivedMs;
    return [...effects, ...this.#ask(receivedMs)];
  }

  trade(atMs: number, nowMs: number): void {
    if (atMs >= this.#nextOpenMs + this.#options.periodMs) this.#overSinceMs ??= nowMs;
  }

  tick(nowMs: number): CloseEffect[] {
    const { periodMs, closeGraceMs, evidenceGraceMs } = this.#options;
    const dueMs =
      this.#overSinceMs === undefined
        ? this.#nextOpenMs + periodMs + closeGraceMs
        : this.#overSinceMs + evidenceGraceMs;
    return nowMs >= dueMs ? this.#ask(nowMs) : [];
  }

  /** The stream was lost and is back: what it missed is asked for at once. */
  resume(nowMs: number): CloseEffect[] {
    return nowMs >= this.#nextOpenMs + this.#options.periodMs ? this.#ask(nowMs) : [];
  }

  answered(candles: readonly Candle[], nowMs: number): CloseEffect[] {
    const { periodMs, closeGraceMs } = this.#options;
    this.#isAsking = false;
    const effects: CloseEffect[] = [];
    for (const found of candles) {
      effects.push(...this.#flush());
      if (found.openMs >= this.#nextOpenMs) effects.push(...this.#fromRest(found, nowMs));
    }
    effects.push(...this.#flush());
    if (effects.length === 0) {
      this.unanswered(nowMs);
      return effects;
    }
    this.#misses = 0;
    this.#askAgainMs = -Infinity;
    const isMore = nowMs >= this.#nextOpenMs + periodMs + closeGraceMs || this.#held.size > 0;
    return isMore ? [...effects, ...this.#ask(nowMs)] : effects;
  }

  unanswered(nowMs: number): void {
    this.#isAsking = false;
    const pauseMs = ASK_AGAIN_MS * 2 ** Math.min(this.#misses, 10);
    this.#askAgainMs = nowMs + Math.min(ASK_AGAIN_MS_MAX, pauseMs);
    this.#misses += 1;
  }

  #ask(nowMs: number): CloseEffect[] {
    if (this.#isAsking || nowMs < this.#askAgainMs) return [];
    this.#isAsking = true;
    return [{ kind: 'ask', sinceMs: this.#nextOpenMs }];
  }

  #flush(): CloseEffect[] {
    const effects: CloseEffect[] = [];
    for (;;) {
      const next = this.#held.get(this.#nextOpenMs);
      if (next === undefined) return effects;
      effects.push({ kind: 'close', origin: 'live', ...next });
      this.#step(this.#nextOpenMs);
    }
  }

  #fromRest(found: Candle, nowMs: number): CloseEffect[] {
    const { periodMs } = this.#options;
    const effects: CloseEffect[] = [];
    const absent = (found.openMs - this.#nextOpenMs) / periodMs;
    if (absent > 0) effects.push({ kind: 'absent', count: absent });
    const seen = this.#held.get(found.openMs);
    const isLive = seen !== undefined || nowMs - (found.openMs + periodMs) <= LIVE_WITHIN_MS;
    effects.push({
      kind: 'close',
      candle: seen?.candle ?? found,
      origin: isLive ? 'live' : 'backfill',
      receivedMs: seen?.receivedMs ?? nowMs,
    });
    this.#step(found.openMs);
    return effects;
  }

  #step(openMs: number): void {
    this.#held.delete(openMs);
    this.#nextOpenMs = openMs + this.#options.periodMs;
    this.#overSinceMs = undefined;
  }
}
