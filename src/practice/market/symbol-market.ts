import { MatchingEngine } from '#practice/engine/matching-engine.ts';
import type { OrderRequest, Side, Submission } from '#practice/engine/order.ts';
import { CandleStore } from '#practice/candles/candle-store.ts';
import { TradeTape } from '#practice/candles/trade-tape.ts';
import type { BookSnapshot, SymbolSpec, SymbolStatus, WorldEvent } from '#practice/world.ts';

type Publish = (event: WorldEvent) => void;

/** The day ids are counted from: 2024-01-01. */
const ID_EPOCH_MS = 1_704_067_200_000;

/** More than any symbol can use in a second, so a restart never gives an id twice. */
const TRADES_PER_SECOND_MAX = 100;
const UPDATES_PER_SECOND_MAX = 4000;

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

  constructor(options: {
    spec: SymbolSpec;
    /** Where the candles begin; ids follow from it, so a later start has higher ones. */
    startMs: number;
    fillsQuiet: boolean;
    publish: Publish;
  }) {
    const { spec, startMs, publish } = options;
    const seconds = Math.max(1, Math.floor((startMs - ID_EPOCH_MS) / 1000));
    const tradeId = seconds * TRADES_PER_SECOND_MAX;
    this.spec = spec;
    this.#publish = publish;
    this.engine = new MatchingEngine({
      orderId: seconds * UPDATES_PER_SECOND_MAX,
      tradeId,
      updateId: seconds * UPDATES_PER_SECOND_MAX,
    });
    this.tape = new TradeTape(spec.symbol, { tradeId, aggId: tradeId });
    this.candles = new CandleStore({
      startMs,
      fillsQuiet: options.fillsQuiet,
      onClosed: (interval, kline) =>
        publish({ kind: 'klineClosed', symbol: spec.symbol, interval, kline }),
    });
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
