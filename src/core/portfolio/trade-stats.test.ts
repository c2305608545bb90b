import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import type { ClosedTrade } from './closed-trade.ts';
import { tradeStats } from './trade-stats.ts';

function trade(closedMs: number, profit: string, holdMs: number): ClosedTrade {
  return {
    pair: 'BTC/USDT' as Pair,
    openedMs: closedMs - holdMs,
    closedMs,
    boughtQuote: '50' as DecimalText,
    feesQuote: '0.1' as DecimalText,
    profitQuote: profit as DecimalText,
  };
}

describe('trade stats', () => {
  it('know nothing without trades', () => {
    expect(tradeStats([])).toEqual({
      trades: 0,
      wins: 0,
      losses: 0,
      profitQuote: '0',
      boughtQuote: '0',
      best: undefined,
      worst: undefined,
      meanWinQuote: undefined,
      meanLossQuote: undefined,
      meanHoldMs: undefined,
      meanWinHoldMs: undefined,
      meanLossHoldMs: undefined,
      mostWinsInRow: 0,
      mostLossesInRow: 0,
      firstOpenedMs: undefined,
      lastClosedMs: undefined,
    });
  });

  it('take trades in the order of their ends, whatever order they come in', () => {
    const trades = [
      trade(5_000, '-3', 100),
      trade(1_000, '4', 900),
      trade(4_000, '-1', 300),
      trade(3_000, '0', 200),
      trade(2_000, '2', 100),
    ];

    expect(tradeStats(trades)).toMatchObject({
      trades: 5,
      wins: 2,
      losses: 2,
      profitQuote: '2',
      boughtQuote: '250',
      best: { closedMs: 1_000 },
      worst: { closedMs: 5_000 },
      meanWinQuote: 3,
      meanLossQuote: -2,
      meanHoldMs: 320,
      meanWinHoldMs: 500,
      meanLossHoldMs: 200,
      mostWinsInRow: 2,
      mostLossesInRow: 2,
      firstOpenedMs: 100,
      lastClosedMs: 5_000,
    });
  });
});
