import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { format, sum } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import { calendar } from './calendar.ts';
import type { ClosedTrade } from './closed-trade.ts';
import { periodsSinceMs, profitByPair, profitByPeriod } from './profit-tables.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-03-05T10:00:00Z');

function trade(closedAt: string | number, profit: string, pair = 'BTC/USDT'): ClosedTrade {
  const closedMs = typeof closedAt === 'number' ? closedAt : Date.parse(closedAt);
  return {
    pair: pair as Pair,
    openedMs: closedMs - 60_000,
    closedMs,
    boughtQuote: '100' as DecimalText,
    feesQuote: '0.2' as DecimalText,
    profitQuote: profit as DecimalText,
  };
}

describe('profit by period', () => {
  const asked = { unit: 'day', calendar: calendar('UTC'), nowMs: NOW_MS, count: 3 } as const;

  it('has each day, newest first, with and without trades', () => {
    const trades = [
      trade('2026-03-05T09:00:00Z', '1.5'),
      trade('2026-03-05T00:00:00Z', '-0.5'),
      trade('2026-03-03T23:59:59.999Z', '2'),
      trade('2026-03-02T23:59:59.999Z', '100'),
    ];

    expect(profitByPeriod(trades, asked)).toEqual([
      {
        firstDay: '2026-03-05',
        trades: 2,
        wins: 1,
        losses: 1,
        profitQuote: '1',
        boughtQuote: '200',
      },
      {
        firstDay: '2026-03-04',
        trades: 0,
        wins: 0,
        losses: 0,
        profitQuote: '0',
        boughtQuote: '0',
      },
      {
        firstDay: '2026-03-03',
        trades: 1,
        wins: 1,
        losses: 0,
        profitQuote: '2',
        boughtQuote: '100',
      },
    ]);
    expect(periodsSinceMs(asked)).toBe(Date.parse('2026-03-03T00:00:00Z'));
  });

  it('counts a trade in the day of the zone', () => {
    const late = [trade('2026-03-04T23:30:00Z', '1')];
    const berlin = { ...asked, calendar: calendar('Europe/Berlin') };

    expect(profitByPeriod(late, asked)[1]?.trades).toBe(1);
    expect(profitByPeriod(late, berlin)[0]?.trades).toBe(1);
  });

  it('goes back over the turn of the year', () => {
    const months = profitByPeriod([trade('2025-12-31T12:00:00Z', '3')], {
      ...asked,
      unit: 'month',
      count: 4,
    });

    expect(months.map(({ firstDay, profitQuote }) => [firstDay, profitQuote])).toEqual([
      ['2026-03-01', '0'],
      ['2026-02-01', '0'],
      ['2026-01-01', '0'],
      ['2025-12-01', '3'],
    ]);
  });

  it('loses no trade since the first period, in any zone and unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(90), fc.integer({ min: -10_000, max: 10_000 }))),
        fc.constantFrom('day', 'week', 'month'),
        fc.constantFrom('UTC', 'America/New_York', 'Asia/Tokyo'),
        (closes, unit, zone) => {
          const period = { unit, calendar: calendar(zone), nowMs: NOW_MS, count: 5 };
          const trades = closes.map(([days, cents]) =>
            trade(NOW_MS - days * DAY_MS, format(sum([String(cents) as DecimalText]))),
          );
          const sinceMs = periodsSinceMs(period);
          const wanted = trades.filter(({ closedMs }) => closedMs >= sinceMs);

          const rows = profitByPeriod(trades, period);

          expect(rows.reduce((total, row) => total + row.trades, 0)).toBe(wanted.length);
          expect(format(sum(rows.map((row) => row.profitQuote)))).toBe(
            format(sum(wanted.map((row) => row.profitQuote))),
          );
        },
      ),
    );
  });
});

describe('profit by pair', () => {
  it('puts the best pair first', () => {
    const rows = profitByPair([
      trade(NOW_MS, '1', 'ETH/USDT'),
      trade(NOW_MS, '9', 'BTC/USDT'),
      trade(NOW_MS, '-20', 'BTC/USDT'),
      trade(NOW_MS, '0', 'SOL/USDT'),
    ]);

    expect(
      rows.map(({ pair, trades, wins, losses, profitQuote }) => [
        pair,
        trades,
        wins,
        losses,
        profitQuote,
      ]),
    ).toEqual([
      ['ETH/USDT', 1, 1, 0, '1'],
      ['SOL/USDT', 1, 0, 0, '0'],
      ['BTC/USDT', 2, 1, 1, '-11'],
    ]);
  });
});
