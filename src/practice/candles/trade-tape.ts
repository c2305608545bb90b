import type { RangeQuery, WorldAggTrade, WorldTrade } from '#practice/world.ts';
import type { TradePrint } from './candle-store.ts';

/** About an hour and a half at five trades a second. */
const KEPT = 32_768;

/**
 * The last trades of one symbol, single and aggregated, in flat rings. Ids are contiguous, so an
 * id is found by subtraction. A taker's fills at one price make one aggregate, as at Binance.
 */
export class TradeTape {
  readonly #symbol: string;
  readonly #trades: Columns;
  readonly #aggregates: Columns;

  constructor(symbol: string, first: { tradeId: number; aggId: number }) {
    this.#symbol = symbol;
    this.#trades = new Columns(KEPT, first.tradeId);
    this.#aggregates = new Columns(KEPT, first.aggId);
  }

  /** Forgets what it holds: trades with ids up to here were told as candles only. */
  jumpTo(tradeId: number): void {
    this.#trades.restart(tradeId);
    this.#aggregates.restart(Math.max(tradeId, this.#aggregates.end));
  }

  /** Records one taker's trades, which arrive best price first, and returns their aggregates. */
  record(prints: readonly TradePrint[]): WorldAggTrade[] {
    const added: WorldAggTrade[] = [];
    let group: TradePrint[] = [];
    for (const print of prints) {
      this.#trades.push([print.timeMs, print.ticks, print.lots, Number(print.buyerIsMaker)]);
      if (group[0] !== undefined && group[0].ticks !== print.ticks) {
        added.push(this.#aggregate(group));
        group = [];
      }
      group.push(print);
    }
    if (group.length > 0) added.push(this.#aggregate(group));
    return added;
  }

  trades(query: { fromId?: number; limit: number }): WorldTrade[] {
    const { first, end } = this.#trades;
    const from = Math.max(first, query.fromId ?? end - query.limit);
    const found: WorldTrade[] = [];
    for (let id = from; id < end && found.length < query.limit; id += 1) {
      found.push({ symbol: this.#symbol, id, ...this.#trades.read(id) });
    }
    return found;
  }

  /** From an id upward, or from a start time upward, or the newest (before an end time). */
  aggTrades(query: RangeQuery & { fromId?: number }): WorldAggTrade[] {
    const { first, end } = this.#aggregates;
    const until = query.endMs === undefined ? end : this.#aggregates.idFrom(query.endMs + 1);
    const start = query.startMs === undefined ? undefined : this.#aggregates.idFrom(query.startMs);
    const from = Math.max(first, query.fromId ?? start ?? until - query.limit);
    const found: WorldAggTrade[] = [];
    for (let id = from; id < until && found.length < query.limit; id += 1) {
      found.push(this.#readAggregate(id));
    }
    return found;
  }

  #aggregate(group: readonly TradePrint[]): WorldAggTrade {
    const [first] = group;
    const lots = group.reduce((sum, print) => sum + print.lots, 0);
    const id = this.#aggregates.end;
    this.#aggregates.push([
      first?.timeMs ?? 0,
      first?.ticks ?? 0,
      lots,
      Number(first?.buyerIsMaker ?? false),
      first?.id ?? 0,
      group.at(-1)?.id ?? 0,
    ]);
    return this.#readAggregate(id);
  }

  #readAggregate(id: number): WorldAggTrade {
    return {
      id,
      ...this.#aggregates.read(id),
      firstTradeId: this.#aggregates.cell(id, 4),
      lastTradeId: this.#aggregates.cell(id, 5),
    };
  }
}

const FIELDS = 6;

/** A ring of rows with contiguous ids: time, ticks, lots, buyer is maker, first id, last id. */
class Columns {
  readonly #cells: Float64Array;
  readonly #capacity: number;
  /** Ids held are `first` (included) to `end` (excluded). */
  first: number;
  end: number;

  constructor(capacity: number, firstId: number) {
    this.#capacity = capacity;
    this.#cells = new Float64Array(capacity * FIELDS);
    this.first = firstId;
    this.end = firstId;
  }

  push(row: readonly number[]): void {
    this.#cells.set(row, (this.end % this.#capacity) * FIELDS);
    this.end += 1;
    if (this.end - this.first > this.#capacity) this.first += 1;
  }

  restart(firstId: number): void {
    this.first = firstId;
    this.end = firstId;
  }

  cell(id: number, field: number): number {
    return this.#cells[(id % this.#capacity) * FIELDS + field] ?? 0;
  }

  read(id: number): { ticks: number; lots: number; timeMs: number; buyerIsMaker: boolean } {
    return {
      timeMs: this.cell(id, 0),
      ticks: this.cell(id, 1),
      lots: this.cell(id, 2),
      buyerIsMaker: this.cell(id, 3) === 1,
    };
  }

  /** Id of the first row at `timeMs` or later. */
  idFrom(timeMs: number): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.cell(middle, 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
