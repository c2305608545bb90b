import { toNumber } from '#core/money/decimal.ts';
import { performance } from '#core/portfolio/performance.ts';
import { tradeStats } from '#core/portfolio/trade-stats.ts';
import { gain, money, pairs, percent, span } from '../text/figures.ts';
import { bold, fixed } from '../text/line.ts';
import { answer, type Command } from './command.ts';
import { closedTrades } from './profit.ts';

// Minute points of a week, or a longer time more thinly.
const POINTS_MAX = 10_000;

export const statsCommand: Command = {
  name: 'stats',
  help: 'win rate, profit factor, expectancy, Sharpe, drawdown, times held',
  role: 'viewer',
  run: async (ports) => {
    const { desk } = ports;
    const [trades, points, figures] = await Promise.all([
      closedTrades(ports, {}),
      desk.read((reader) => reader.equity({ account: desk.account, limit: POINTS_MAX })),
      desk.figures(),
    ]);
    const stats = tradeStats(trades);
    const all = performance({
      equity: points.map(({ atMs, equityQuote, positionsQuote }) => ({
        atMs,
        equity: toNumber(equityQuote),
        positions: toNumber(positionsQuote),
      })),
      profits: trades.map(({ profitQuote }) => toNumber(profitQuote)),
      feesQuote: figures === undefined ? 0 : toNumber(figures.feesQuote),
    });
    return answer([
      bold('statistics'),
      ...fixed(
        pairs([
          ['return', known(all.returnFraction, percent)],
          ['trades', String(stats.trades)],
          ['win rate', known(all.winRate, (rate) => percent(rate, 0))],
          ['profit factor', known(all.profitFactor, number)],
          ['expectancy', known(all.expectancyQuote, gain)],
          ['mean win', known(stats.meanWinQuote, gain)],
          ['mean loss', known(stats.meanLossQuote, gain)],
          ['wins in a row', String(stats.mostWinsInRow)],
          ['losses in a row', String(stats.mostLossesInRow)],
          ['held', known(stats.meanHoldMs, span)],
          ['held when won', known(stats.meanWinHoldMs, span)],
          ['held when lost', known(stats.meanLossHoldMs, span)],
          ['Sharpe, yearly', known(all.sharpe, number)],
          ['Sortino, yearly', known(all.sortino, number)],
          ['deepest drawdown', known(all.maxDrawdownFraction, percent)],
          ['mean exposure', known(all.exposureFraction, percent)],
          ['fees', money(all.feesQuote)],
        ]),
      ),
    ]);
  },
};

function known(value: number | undefined, show: (value: number) => string): string {
  return value === undefined ? '-' : show(value);
}

function number(value: number): string {
  return value.toFixed(2);
}
