/** Everything a report says, read from the ledger beside its writer. */
import type { DueReport } from '#core/alerts/report-clock.ts';
import type { ReportFacts } from '#core/alerts/report.ts';
import type { EquitySample } from '#core/portfolio/performance.ts';
import { toNumber } from '#core/money/decimal.ts';
import { readTrades } from '#ledger/read-trades.ts';
import type { LedgerReader } from '#ledger/reader.ts';
import type { EquityPoint } from '#ledger/records.ts';

export interface ReportSubject {
  readonly account: string;
  readonly mode: string;
  readonly quoteAsset: string;
  readonly version: string;
  readonly dayOf: (atMs: number) => string;
}

const TRADES_MAX = 20_000;
/** A point a minute, and those of fills, of a week. */
const POINTS_MAX = 20_000;
const HALTS_MAX = 1_000;
const MINUTE_MS = 60_000;

export async function readReport(
  reader: LedgerReader,
  report: DueReport,
  subject: ReportSubject,
): Promise<ReportFacts> {
  const { account } = subject;
  const { fromMs, toMs, unit, firstDay } = report;
  const range = { account, sinceMs: fromMs, untilMs: toMs - 1 };
  const [trades, points, positions, halts, begun, [newest]] = await Promise.all([
    readTrades(reader, { ...range, limit: TRADES_MAX }),
    reader.equity({ ...range, limit: POINTS_MAX }),
    reader.positions(account),
    reader.halts(),
    reader.audit({ kind: 'halt.raised', sinceMs: fromMs, limit: HALTS_MAX }),
    reader.audit({ limit: 1 }).then(({ rows }) => rows),
  ]);
  return {
    unit,
    firstDay,
    lastDay: subject.dayOf(toMs - 1),
    mode: subject.mode,
    account,
    quoteAsset: subject.quoteAsset,
    trades,
    equity: points.map(sampleOf),
    equityBefore: points[0]?.equityQuote,
    equityAfter: points.at(-1)?.equityQuote,
    positions,
    haltsBegun: begun.rows.filter(({ atMs }) => atMs < toMs).map(({ ref }) => ref),
    upFraction: upFraction(points, toMs - fromMs),
    halts: halts.filter((halt) => halt.account === undefined || halt.account === account),
    auditHead: newest && `${newest.seq}:${newest.hash}`,
    version: subject.version,
  };
}

function upFraction(points: readonly EquityPoint[], spanMs: number): number {
  const minutes = new Set(points.map(({ atMs }) => Math.floor(atMs / MINUTE_MS)));
  return Math.min(1, minutes.size / Math.max(1, Math.round(spanMs / MINUTE_MS)));
}

function sampleOf({ atMs, equityQuote, positionsQuote }: EquityPoint): EquitySample {
  return { atMs, equity: toNumber(equityQuote), positions: toNumber(positionsQuote) };
}
