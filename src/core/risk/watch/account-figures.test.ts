import { describe, expect, it } from 'vitest';
import { AccountSummary } from '#core/model/account.ts';
import { accountFigures, figuresInDoubt } from './account-figures.ts';
import { stepLimits } from './step-limits.ts';

/** Up by 160 of 1,000, all of it open; the mark is at cost. */
const AT_COST = AccountSummary.parse({
  account: 'shadow',
  quoteAsset: 'USDT',
  atMs: 0,
  cashQuote: '500',
  heldQuote: '0',
  positionsQuote: '500',
  equityQuote: '1000',
  startEquityQuote: '1000',
  peakEquityQuote: '1160',
  drawdownFraction: 0.138,
  dayPnlQuote: '-160',
  feesQuote: '0',
  exposureFraction: 0.5,
  openPositions: 1,
  halts: [],
  stalePairs: ['BTC/USDT'],
});

const BEFORE = stepLimits(
  new Map(),
  [
    { name: 'drawdown', scope: 'account', value: 0.01, bounds: { halt: 0.1 } },
    { name: 'day-loss', scope: 'account', value: 0.02, bounds: { halt: 0.05 } },
  ],
  { nowMs: 0, rules: { margin: 0.1, recoveryMs: 0 } },
);

describe('the figures of the account', () => {
  it('are what execution tells', () => {
    const figures = accountFigures(AT_COST);

    expect(figures).toMatchObject({ equityQuote: 1_000, drawdown: 0.138, profitQuote: 0 });
    expect(figures.dayLoss).toBeCloseTo(160 / 1_160, 12);
    expect(figures.dayReturn).toBeCloseTo(-160 / 1_160, 12);
  });

  it('are those of the look before while a mark is in doubt', () => {
    const marked = accountFigures({
      ...AT_COST,
      equityQuote: '1160',
      lossesInRow: 1,
    } as AccountSummary);

    const figures = figuresInDoubt(accountFigures(AT_COST), { figures: marked, limits: BEFORE });

    expect(figures).toEqual({ equityQuote: 1_160, drawdown: 0.01, dayLoss: 0.02 });
  });

  it('are what is told where no look was before', () => {
    const now = accountFigures(AT_COST);
    const { equityQuote, drawdown } = figuresInDoubt(now, {
      figures: undefined,
      limits: new Map(),
    });

    expect([equityQuote, drawdown]).toEqual([1_000, 0.138]);
  });

  it('of a day that lost all it began with are no loss without bound', () => {
    const own = { ...AT_COST, equityQuote: '-5', dayPnlQuote: '-5' } as AccountSummary;

    expect(accountFigures(own).dayLoss).toBe(0);
  });
});
