import { MatchingEngine } from '#practice/engine/matching-engine.ts';
import type { OrderRequest, Side, Submission } from '#practice/engine/order.ts';
import { CandleStore } from '#practice/candles/candle-store.ts';
import { TradeTape } from '#practice/candles/trade-tape.ts';
import type { BookSnapshot, SymbolSpec, SymbolStatus, WorldEvent } from '#practice/world.ts';

type Publish = (event: WorldEvent) => void;

/** The day ids are counted from: 2024-01-01. */
const ID_EPOCH_MS = 1_704_067_200_000;

/** Room for the trades of the history, which come before those of `startMs`. */
const HISTORY_IDS = 40_000_000;

/** More than any symbol can use in a second, so a restart never gives an id twice. */
const TRADES_PER_SECOND_MAX = 4000;
const UPDATES_PER_SECOND_MAX = 20_000;

/**
 * One symbol of the exchange: its engine, its candles and its tape. Every order, a trader's or
 * an account's, comes through `submit`, so every fill is on the tape, in a candle and published.
 */
export class SymbolMarket {
  readonly spec: SymbolSpec;
  readonly engine: MatchingEngine;
  readonly candles: CandleStore;
  readonly tape: TradeTape;
  status: SymbolStatus = 'TRADING';
  readonly #publish: Publish;
  readonly #firstLiveId: number;

  constructor(options: {
    spec: SymbolSpec;
    /** Where the candles begin. */
    historyMs: number;
    /** Where live trading begins; its ids follow from it, so those of a later start are higher. */
    startMs: number;
    fillsQuiet: boolean;
    publish: Publish;
  }) {
    const { spec, startMs, publish } = options;
    const seconds = Math.max(1, Math.floor((startMs - ID_EPOCH_MS) / 1000));
    this.#firstLiveId = HISTORY_IDS + seconds * TRADES_PER_SECOND_MAX;
    const tradeId = this.#firstLiveId - HISTORY_IDS;
    this.spec = spec;
    this.#publish = publish;
    this.engine = new MatchingEngine({
      orderId: seconds * UPDATES_PER_SECOND_MAX,
      tradeId,
      updateId: seconds * UPDATES_PER_SECOND_MAX,
    });
    this.tape = new TradeTape(spec.symbol, { tradeId, aggId: tradeId });
    this.candles = new CandleStore({
      startMs: options.historyMs,
      fillsQuiet: options.fillsQuiet,
      onClosed: (interval, kline) =>
        publish({ kind: 'klineClosed', symbol: spec.symbol, interval, kline }),
    });
  }

  /** The history is told; what comes now is traded. */
  goLive(): void {
    const { engine } = this;
    engine.reserveTradeIds(Math.max(0, this.#firstLiveId - engine.nextTradeId));
    this.tape.jumpTo(engine.nextTradeId);
  }

  /** Matches an order and records its fills; the candles must have come to `timeMs` before. */
  submit(request: OrderRequest, timeMs: number): Submission {
    const submission = this.engine.submit(request, timeMs);
    if (submission.fills.length === 0) return submission;
    const { symbol } = this.spec;
    const buyerIsMaker = request.side === 'sell';
    const prints = submission.fills.map((fill) => ({
      id: fill.tradeId,
      ticks: fill.ticks,
      lots: fill.lots,
      timeMs,
      buyerIsMaker,
    }));
    for (const print of prints) {
      this.candles.trade(print);
      this.#publish({ kind: 'trade', trade: { symbol, ...print } });
    }
    for (const trade of this.tape.record(prints)) {
      this.#publish({ kind: 'aggTrade', symbol, trade });
    }
    return submission;
  }

  /** Publishes what changed in the book since the last time. */
  publishBook(timeMs: number): void {
    const changes = this.engine.takeChanges();
    if (changes === undefined) return;
    this.#publish({ kind: 'book', symbol: this.spec.symbol, timeMs, ...changes });
  }

  book(levels: number): BookSnapshot {
    return {
      lastUpdateId: this.engine.updateId,
      bids: this.engine.depth('buy', levels),
      asks: this.engine.depth('sell', levels),
    };
  }

  best(side: Side): number | undefined {
    return this.engine.best(side);
  }
}
