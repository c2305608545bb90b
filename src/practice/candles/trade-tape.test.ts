import { describe, expect, it } from 'vitest';
import { TradeTape } from './trade-tape.ts';

function print(id: number, ticks: number, timeMs: number, lots = 1) {
  return { id, ticks, lots, timeMs, buyerIsMaker: false };
}

describe('trade tape', () => {
  it('aggregates the fills of one taker at one price', () => {
    const tape = new TradeTape('BTCUSDT', { tradeId: 10, aggId: 5 });

    const added = tape.record([print(10, 100, 1, 2), print(11, 100, 1, 3), print(12, 101, 1, 1)]);
    tape.record([print(13, 101, 2)]);

    expect(added).toEqual([
      {
        id: 5,
        ticks: 100,
        lots: 5,
        timeMs: 1,
        buyerIsMaker: false,
        firstTradeId: 10,
        lastTradeId: 11,
      },
      {
        id: 6,
        ticks: 101,
        lots: 1,
        timeMs: 1,
        buyerIsMaker: false,
        firstTradeId: 12,
        lastTradeId: 12,
      },
    ]);
    expect(tape.aggTrades({ limit: 10 }).map((trade) => trade.id)).toEqual([5, 6, 7]);
  });

  it('answers by id, by time and with the newest', () => {
    const tape = new TradeTape('BTCUSDT', { tradeId: 0, aggId: 0 });
    for (let i = 0; i < 100; i += 1) tape.record([print(i, 100, 1000 + i * 10)]);

    const ids = (query: Parameters<typeof tape.aggTrades>[0]): number[] =>
      tape.aggTrades(query).map((trade) => trade.id);
    expect(ids({ limit: 3 })).toEqual([97, 98, 99]);
    expect(ids({ fromId: 40, limit: 3 })).toEqual([40, 41, 42]);
    expect(ids({ startMs: 1095, endMs: 1125, limit: 500 })).toEqual([10, 11, 12]);
    expect(ids({ startMs: 1095, limit: 2 })).toEqual([10, 11]);
    expect(tape.trades({ fromId: 98, limit: 9 }).map((trade) => trade.id)).toEqual([98, 99]);
  });

  it('drops the oldest at its bound', () => {
    const tape = new TradeTape('BTCUSDT', { tradeId: 7, aggId: 7 });
    for (let i = 7; i < 40_000; i += 1) tape.record([print(i, 100, i)]);

    const kept = tape.trades({ fromId: 0, limit: 99_999 });
    expect(kept).toHaveLength(32_768);
    expect(kept[0]).toMatchObject({ id: 40_000 - 32_768, timeMs: 40_000 - 32_768 });
  });
});
