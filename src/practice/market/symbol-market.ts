import { MatchingEngine } from '#practice/engine/matching-engine.ts';
import type { Fill, OrderRequest, Side, Submission } from '#practice/engine/order.ts';
import { CandleStore } from '#practice/candles/candle-store.ts';
import { TradeTape } from '#practice/candles/trade-tape.ts';
import type { BookSnapshot, SymbolSpec, SymbolStatus, WorldEvent } from '#practice/world.ts';

type Publish = (event: WorldEvent) => void;

/** The day ids are counted from: 2024-01-01. */
const ID_EPOCH_MS = 1_704_067_200_000;

/** More than any symbol uses in a second, so a later start never gives an id twice. */
const TRADES_PER_SECOND_MAX = 4000;
const UPDATES_PER_SECOND_MAX = 20_000;

/** Where the trade ids of a market that goes live at `ms` begin. */
export function firstTradeId(ms: number): number {
  return secondsSinceEpoch(ms) * TRADES_PER_SECOND_MAX;
}

function secondsSinceEpoch(ms: number): number {
  return Math.max(1, Math.floor((ms - ID_EPOCH_MS) / 1000));
}

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
  /** Told of the fills of every order, when they are on the tape. */
  onFills: ((fills: readonly Fill[]) => void) | undefined;
  readonly #publish: Publish;
  /** When the last order came: an account trades between the traders' slices. */
  #lastMs = 0;

  constructor(options: {
    spec: SymbolSpec;
    /** Where the candles begin. */
    historyMs: number;
    /** Where live trading begins; ids of orders and updates follow from it. */
    startMs: number;
    firstTradeId: number;
    fillsQuiet: boolean;
    publish: Publish;
  }) {
    const { spec, publish } = options;
    const updateId = secondsSinceEpoch(options.startMs) * UPDATES_PER_SECOND_MAX;
    const tradeId = options.firstTradeId;
    this.spec = spec;
    this.#publish = publish;
    this.engine = new MatchingEngine({ orderId: updateId, tradeId, updateId });
    this.tape = new TradeTape(spec.symbol, { tradeId, aggId: tradeId });
    this.candles = new CandleStore({
      startMs: options.historyMs,
      fillsQuiet: options.fillsQuiet,
      onClosed: (interval, kline) =>
        publish({ kind: 'klineClosed', symbol: spec.symbol, interval, kline }),
    });
  }

  /** Trade ids go on at `tradeId` or later, and the tape begins there. */
  skipTradeIds(tradeId: number): void {
    const { engine } = this;
    engine.reserveTradeIds(Math.max(0, tradeId - engine.nextTradeId));
    this.tape.jumpTo(engine.nextTradeId);
  }

  /**
   * Matches an order and records its fills; the candles must have come to `timeMs` before. Trades
   * never go back in time.
   */
  submit(request: OrderRequest, atMs: number): Submission {
    const timeMs = Math.max(atMs, this.#lastMs);
    this.#lastMs = timeMs;
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
    this.onFills?.(submission.fills);
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
