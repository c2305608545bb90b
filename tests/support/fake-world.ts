/**
 * A tiny deterministic market for tests of the practice exchange's server: everything is a
 * function of time. One trade and one book change per symbol each quarter of a second.
 */
import type { Clock } from '#platform/clock/clock.ts';
import type {
  KlineInterval,
  Level,
  SymbolSpec,
  SymbolStatus,
  World,
  WorldAggTrade,
  WorldEvent,
  WorldKline,
  WorldTrade,
} from '#practice/world.ts';

const TRADE_EVERY_MS = 250;
const LEVELS = 20;
const SAMPLES_MAX = 240;
const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const INTERVALS: readonly KlineInterval[] = ['1s', '1m', '5m', '1h', '1d'];

export interface FakeWorld extends World {
  readonly events: number;
}

export function fakeWorld(clock: Clock, symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT']): FakeWorld {
  const listeners = new Set<(event: WorldEvent) => void>();
  const statuses = new Map<string, SymbolStatus>();
  const startIndex = Math.floor(clock.now() / TRADE_EVERY_MS);
  const idOf = (index: number): number => index - startIndex + 1_000_000;
  const indexNow = (): number => Math.floor(clock.now() / TRADE_EVERY_MS);
  let lastIndex = startIndex;
  let events = 0;

  const tradeAt = (symbol: string, index: number): WorldTrade => ({
    symbol,
    id: idOf(index),
    ticks: ticksAt(symbol, index),
    lots: 1 + (index % 7),
    timeMs: index * TRADE_EVERY_MS,
    buyerIsMaker: index % 2 === 0,
  });
  const isOpen = (symbol: string): boolean => (statuses.get(symbol) ?? 'TRADING') === 'TRADING';

  function emit(event: WorldEvent): void {
    events += 1;
    for (const listener of listeners) listener(event);
  }

  function stepSymbol(symbol: string, index: number): void {
    const timeMs = index * TRADE_EVERY_MS;
    for (const interval of INTERVALS) {
      if (timeMs % lengthMs(interval) !== 0) continue;
      const openMs = timeMs - lengthMs(interval);
      emit({ kind: 'klineClosed', symbol, interval, kline: klineAt(symbol, openMs, interval) });
    }
    if (!isOpen(symbol)) return;
    const trade = tradeAt(symbol, index);
    emit({ kind: 'trade', trade });
    emit({ kind: 'aggTrade', symbol, trade: aggregate(trade) });
    emit({
      kind: 'book',
      symbol,
      updateId: updateIdOf(trade.id),
      timeMs,
      ...bookChange(symbol, index),
    });
  }

  function klineAt(symbol: string, openMs: number, interval: KlineInterval): WorldKline {
    const first = Math.ceil(openMs / TRADE_EVERY_MS);
    const end = Math.min((openMs + lengthMs(interval)) / TRADE_EVERY_MS, lastIndex + 1);
    const stride = Math.max(1, Math.floor((end - first) / SAMPLES_MAX));
    const trades: WorldTrade[] = [];
    for (let index = first; index < end; index += stride) trades.push(tradeAt(symbol, index));
    return summary(trades, openMs, openMs + lengthMs(interval) - 1);
  }

  return {
    get events() {
      return events;
    },
    specs: symbols.map(specOf),
    markets: [],
    now: () => clock.now(),
    status: (symbol) => statuses.get(symbol) ?? 'TRADING',
    setStatus: (symbol, status) => void statuses.set(symbol, status),
    book: (symbol, levels) => ({
      lastUpdateId: updateIdOf(idOf(lastIndex)),
      bids: side(symbol, lastIndex, -1).slice(0, levels),
      asks: side(symbol, lastIndex, 1).slice(0, levels),
    }),
    trades: (symbol, { fromId, limit }) => {
      const first = fromId === undefined ? lastIndex - limit + 1 : fromId - 1_000_000 + startIndex;
      const found: WorldTrade[] = [];
      for (let i = first; i <= lastIndex && found.length < limit; i += 1) {
        found.push(tradeAt(symbol, i));
      }
      return found;
    },
    aggTrades: (symbol, { fromId, startMs, limit }) => {
      const fromIndex = fromId === undefined ? undefined : fromId - 1_000_000 + startIndex;
      const timeIndex = startMs === undefined ? undefined : Math.ceil(startMs / TRADE_EVERY_MS);
      const first = fromIndex ?? timeIndex ?? lastIndex - limit + 1;
      const found: WorldAggTrade[] = [];
      for (let i = first; i <= lastIndex && found.length < limit; i += 1) {
        found.push(aggregate(tradeAt(symbol, i)));
      }
      return found;
    },
    klines: (symbol, interval, { startMs, endMs, limit }) => {
      const length = lengthMs(interval);
      const lastOpenMs = Math.floor(Math.min(endMs ?? Infinity, clock.now()) / length) * length;
      const firstOpenMs =
        startMs === undefined
          ? lastOpenMs - (limit - 1) * length
          : Math.ceil(startMs / length) * length;
      const found: WorldKline[] = [];
      for (let at = firstOpenMs; at <= lastOpenMs && found.length < limit; at += length) {
        found.push(klineAt(symbol, at, interval));
      }
      return found;
    },
    currentKline: (symbol, interval) =>
      klineAt(symbol, Math.floor(clock.now() / lengthMs(interval)) * lengthMs(interval), interval),
    stats24h: (symbol) => klineAt(symbol, clock.now() - UNIT_MS.d, '1d'),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    step: () => {
      for (; lastIndex < indexNow();) {
        lastIndex += 1;
        for (const symbol of symbols) stepSymbol(symbol, lastIndex);
      }
    },
  };
}

function specOf(symbol: string): SymbolSpec {
  return {
    symbol,
    base: symbol.replace('USDT', ''),
    quote: 'USDT',
    priceDigits: 2,
    qtyDigits: 5,
    tickSize: '0.01',
    stepSize: '0.00001',
    minNotional: '5',
    minQty: '0.00001',
    maxQty: '9000',
  };
}

function ticksAt(symbol: string, index: number): number {
  const base = 100_000 * symbol.charCodeAt(0);
  return base + Math.round(400 * Math.sin(index / 60) + 40 * Math.sin(index / 7));
}

/** Twenty levels on one side; quantities move with time. */
function side(symbol: string, index: number, direction: 1 | -1): readonly Level[] {
  const middle = ticksAt(symbol, index);
  return Array.from({ length: LEVELS }, (_, i) => {
    const ticks = middle + direction * (i + 1);
    return [ticks, 10 + ((ticks * 7 + index) % 90)] as const;
  });
}

function bookChange(symbol: string, index: number): { bids: Level[]; asks: Level[] } {
  const change = (direction: 1 | -1): Level[] => {
    const now = new Map(side(symbol, index, direction));
    const gone = side(symbol, index - 1, direction).filter(([ticks]) => !now.has(ticks));
    return [...now, ...gone.map(([ticks]) => [ticks, 0] as const)];
  };
  return { bids: change(-1), asks: change(1) };
}

function aggregate(trade: WorldTrade): WorldAggTrade {
  const { id, ticks, lots, timeMs, buyerIsMaker } = trade;
  return { id, ticks, lots, timeMs, buyerIsMaker, firstTradeId: id, lastTradeId: id };
}

function summary(trades: readonly WorldTrade[], openMs: number, closeMs: number): WorldKline {
  const prices = trades.map((trade) => trade.ticks);
  const sum = (of: (trade: WorldTrade) => number): number =>
    trades.reduce((total, trade) => total + of(trade), 0);
  const bought = (trade: WorldTrade): number => (trade.buyerIsMaker ? 0 : trade.lots);
  return {
    openMs,
    closeMs,
    openTicks: prices[0] ?? 0,
    highTicks: Math.max(...prices, 0),
    lowTicks: Math.min(...prices),
    closeTicks: prices.at(-1) ?? 0,
    lots: sum((trade) => trade.lots),
    quoteTickLots: sum((trade) => trade.lots * trade.ticks),
    trades: trades.length,
    takerBuyLots: sum(bought),
    takerBuyQuoteTickLots: sum((trade) => bought(trade) * trade.ticks),
    firstTradeId: trades[0]?.id ?? -1,
    lastTradeId: trades.at(-1)?.id ?? -1,
  };
}

function lengthMs(interval: KlineInterval): number {
  const unit = interval.slice(-1);
  const perUnit = Object.entries(UNIT_MS).find(([name]) => name === unit)?.[1] ?? 0;
  return Number(interval.slice(0, -1)) * perUnit;
}

// Update ids rise by more than one between events, as they do where several orders change a book.
function updateIdOf(tradeId: number): number {
  return tradeId * 3;
}
