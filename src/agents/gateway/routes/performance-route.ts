import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sum, toNumber } from '#core/money/decimal.ts';
import { performance, type Performance } from '#core/portfolio/performance.ts';
import { readTrades } from '#ledger/read-trades.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import { get } from '../http/get-route.ts';
import { RequestProblem } from '../http/problem.ts';
import { timeMs } from '../http/query.ts';
import { withoutUndefined } from '../http/without-undefined.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';

const PerformanceQuery = z.strictObject({
  account: z.string().min(1).optional(),
  sinceMs: timeMs.optional(),
  untilMs: timeMs.optional(),
});
type Range = Omit<z.output<typeof PerformanceQuery>, 'account'>;

const figure = z.number().nullable();

/** A figure that cannot be known yet is null. */
const PerformanceAnswer = z.strictObject({
  account: z.string(),
  quoteAsset: z.string(),
  returnFraction: figure,
  /** Both yearly, from returns of `periodMs`. */
  sharpe: figure,
  sortino: figure,
  maxDrawdownFraction: figure,
  exposureFraction: figure,
  trades: z.int(),
  winRate: figure,
  profitFactor: figure,
  expectancyQuote: figure,
  feesQuote: z.number(),
  periodMs: figure,
});

// Minute points of a week, or a longer range more thinly; and as many closed trades.
const POINTS_MAX = 10_000;
const TRADES_MAX = 10_000;

export function performanceRoute(server: FastifyInstance, { ledger }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/performance',
    tag: 'ledger',
    summary: 'Return, Sharpe, Sortino, drawdown, win rate, profit factor, exposure and fees',
    canBeMissing: true,
    query: PerformanceQuery,
    answer: PerformanceAnswer,
    example: examples.performance,
    handler: async ({ account, ...range }) => {
      const found = await ledger.read((reader) => read(reader, account, range));
      if (found === undefined) {
        throw new RequestProblem(404, `there is no account ${account ?? 'yet'}`);
      }
      return { ...found.who, ...withNulls(found.figures) };
    },
  });
}

async function read(reader: LedgerReader, account: string | undefined, range: Range) {
  const accounts = await reader.accounts();
  const known = accounts.find((one) => account === undefined || one.account === account);
  if (known === undefined) return undefined;
  const filter = { account: known.account, ...withoutUndefined(range) };
  const points = await reader.equity({ ...filter, limit: POINTS_MAX });
  const trades = await readTrades(reader, { ...filter, limit: TRADES_MAX });
  const isWhole = range.sinceMs === undefined && range.untilMs === undefined;
  return {
    who: { account: known.account, quoteAsset: known.quoteAsset },
    figures: performance({
      equity: points.map(({ atMs, equityQuote, positionsQuote }) => ({
        atMs,
        equity: toNumber(equityQuote),
        positions: toNumber(positionsQuote),
      })),
      profits: trades.map(({ profitQuote }) => toNumber(profitQuote)),
      // Over all time the ledger's own sum counts open trades too; a range has its closed ones.
      feesQuote: isWhole
        ? toNumber(known.feesQuote)
        : toNumber(sum(trades.map(({ feesQuote }) => feesQuote))),
    }),
  };
}

type Nulled<T> = {
  [K in keyof T]: Exclude<T[K], undefined> | (undefined extends T[K] ? null : never);
};

function withNulls(figures: Performance): Nulled<Performance> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, (value as number | undefined) ?? null]),
  ) as Nulled<Performance>;
}
