import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Pair } from '#core/model/pair.ts';
import { Position } from '#core/model/position.ts';
import type { ClosedTrade } from '#core/portfolio/closed-trade.ts';
import { type ReportFacts, reportOf } from './report.ts';

const T0 = Date.parse('2026-11-24T00:00:00Z');
const text = (value: string): DecimalText => DecimalText.parse(value);

function trade(pair: string, profit: string): ClosedTrade {
  return {
    pair: Pair.parse(pair),
    openedMs: T0,
    closedMs: T0 + 60_000,
    boughtQuote: text('100'),
    feesQuote: text('0.2'),
    profitQuote: text(profit),
  };
}

const QUIET: ReportFacts = {
  unit: 'day',
  firstDay: '2026-11-24',
  lastDay: '2026-11-24',
  mode: 'shadow',
  account: 'shadow',
  quoteAsset: 'USDT',
  trades: [],
  equity: [],
  equityBefore: undefined,
  equityAfter: undefined,
  positions: [],
  halts: [],
  haltsBegun: [],
  upFraction: 0.5,
  auditHead: undefined,
  version: '1.0.0',
};

describe('reportOf', () => {
  it('says what a day brought, to the figures of the ledger', () => {
    const report = reportOf({
      ...QUIET,
      trades: [trade('BTC/USDT', '3.5'), trade('ETH/USDT', '-1.25'), trade('BTC/USDT', '1')],
      equity: [10_000, 10_010, 9_909.9, 10_003].map((equity, n) => ({
        atMs: T0 + n * 3_600_000,
        equity,
        positions: 0,
      })),
      haltsBegun: ['drawdown', 'paused', 'drawdown'],
      equityBefore: text('10000'),
      equityAfter: text('10003'),
      positions: [
        Position.parse({
          account: 'shadow',
          pair: 'SOL/USDT',
          qty: '2',
          averagePrice: '150',
          costQuote: '300',
          realisedQuote: '0',
          feesQuote: '0.3',
          stopPrice: '147',
          openedMs: T0,
          updatedMs: T0,
        }),
      ],
      halts: [{ kind: 'paused', sinceMs: T0, reason: 'by ann', liftedBy: 'resume' }],
      auditHead: '12:abc',
    });

    expect(report.title).toBe('day 2026-11-24: +3 USDT');
    expect(report.lines).toEqual([
      'equity 10003 USDT, +3 (0.03 %)',
      '3 closed trades, 2 won, 1 lost (66.67 % won), +3.25 USDT, profit factor 3.60',
      'best BTC/USDT +4.5 USDT',
      'worst ETH/USDT -1.25 USDT',
      'fees of closed trades 0.6 USDT',
      'deepest fall 1.00 %',
      'held: SOL/USDT 2 for 300 USDT, stop 147',
      'halted: paused (lifted by: resume)',
      'halts that began: drawdown 2, paused 1',
      'the desk ran 50.00 % of the time',
      'audit head 12:abc',
      'shadow, account shadow, version 1.0.0',
    ]);
    expect(report.fields).toMatchObject({ trades: '3', profitQuote: '3.25', equityQuote: '10003' });
  });

  it('says of a time without the desk that nothing is known', () => {
    const report = reportOf({ ...QUIET, unit: 'week', lastDay: '2026-11-30' });

    expect(report.title).toBe('week 2026-11-24 to 2026-11-30: 0 USDT');
    expect(report.lines).toContain('equity not known for this time: the desk did not run');
    expect(report.lines).toContain('no trade was closed');
    expect(report.lines).toContain('nothing is held');
    expect(report.lines).toContain('entries are open');
  });
});
