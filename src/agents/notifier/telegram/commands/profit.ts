/** Profit in all, by period and by pair. */
import { toNumber } from '#core/money/decimal.ts';
import type { CalendarUnit } from '#core/portfolio/calendar.ts';
import { periodsSinceMs, profitByPair, profitByPeriod } from '#core/portfolio/profit-tables.ts';
import { tradeStats } from '#core/portfolio/trade-stats.ts';
import { readTrades } from '#ledger/read-trades.ts';
import type { RoundTrip } from '#ledger/records.ts';
import { counted, gain, money, pairs, percent, table } from '../text/figures.ts';
import { bold, fixed, plain } from '../text/line.ts';
import { countOf } from './arguments.ts';
import { answer, type Command, type CommandPorts } from './command.ts';

const TRADES_MAX = 10_000;
const PERIODS_MAX = 60;

export const profitCommand: Command = {
  name: 'profit',
  usage: '[DAYS]',
  help: 'profit of all closed trades, or of the last days',
  role: 'viewer',
  canRefresh: true,
  run: async (ports, { args, nowMs }) => {
    const { calendar, desk } = ports;
    const [word] = args;
    const count = countOf(word, { fallback: 1, max: 3_650 });
    const range =
      word === undefined
        ? {}
        : { sinceMs: periodsSinceMs({ unit: 'day', count, calendar, nowMs }) };
    const [trades, figures] = await Promise.all([closedTrades(ports, range), desk.figures()]);
    const stats = tradeStats(trades);
    const profit = toNumber(stats.profitQuote);
    const capital = toNumber(figures?.capitalQuote ?? stats.boughtQuote);
    const rows: [string, string][] = [
      ['closed trades', String(stats.trades)],
      ['won / lost', `${stats.wins} / ${stats.losses}`],
      [`profit ${desk.quoteAsset}`, gain(stats.profitQuote)],
    ];
    if (capital > 0) rows.push(['of the capital', percent(profit / capital)]);
    if (figures !== undefined && word === undefined) {
      rows.push(
        ['open profit', gain(toNumber(figures.equityQuote) - capital - profit)],
        ['equity', money(figures.equityQuote)],
      );
    }
    const { best, worst } = stats;
    if (best !== undefined) rows.push(['best', `${best.pair} ${gain(best.profitQuote)}`]);
    if (worst !== undefined) rows.push(['worst', `${worst.pair} ${gain(worst.profitQuote)}`]);
    const heading =
      word === undefined ? 'profit since the start' : `profit of ${counted(count, 'day')}`;
    return answer([bold(heading), ...fixed(pairs(rows))]);
  },
};

export const dailyCommand = periodCommand({ name: 'daily', unit: 'day', count: 7 });
export const weeklyCommand = periodCommand({ name: 'weekly', unit: 'week', count: 8 });
export const monthlyCommand = periodCommand({ name: 'monthly', unit: 'month', count: 6 });

function periodCommand(spec: {
  readonly name: string;
  readonly unit: CalendarUnit;
  readonly count: number;
}): Command {
  const { name, unit } = spec;
  return {
    name,
    usage: '[NUMBER]',
    help: `profit of each ${unit}`,
    role: 'viewer',
    canRefresh: true,
    run: async (ports, { args, nowMs }) => {
      const count = countOf(args[0], { fallback: spec.count, max: PERIODS_MAX });
      const asked = { unit, count, nowMs, calendar: ports.calendar };
      const trades = await closedTrades(ports, { sinceMs: periodsSinceMs(asked) });
      return answer([
        bold(`profit by ${unit}, ${ports.desk.quoteAsset}`),
        ...fixed(
          table([
            [unit, 'profit', 'trades', 'won'],
            ...profitByPeriod(trades, asked).map((row) => [
              row.firstDay,
              gain(row.profitQuote),
              String(row.trades),
              row.trades === 0 ? '-' : percent(row.wins / row.trades, 0),
            ]),
          ]),
        ),
      ]);
    },
  };
}

export const performanceCommand: Command = {
  name: 'performance',
  help: 'profit of each pair',
  role: 'viewer',
  run: async (ports) => {
    const rows = profitByPair(await closedTrades(ports, {}));
    if (rows.length === 0) return answer([plain('no trade was closed yet')]);
    return answer([
      bold(`profit by pair, ${ports.desk.quoteAsset}`),
      ...fixed(
        table([
          ['pair', 'profit', 'trades', 'won'],
          ...rows.map((row) => [
            row.pair,
            gain(row.profitQuote),
            String(row.trades),
            percent(row.wins / row.trades, 0),
          ]),
        ]),
      ),
    ]);
  },
};

export function closedTrades(
  { desk }: CommandPorts,
  range: { readonly sinceMs?: number },
): Promise<readonly RoundTrip[]> {
  return desk.read((reader) =>
    readTrades(reader, { account: desk.account, limit: TRADES_MAX, ...range }),
  );
}
