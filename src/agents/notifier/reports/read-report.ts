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
/** As many as the picture is wide. */
const POINTS_MAX = 700;

export async function readReport(
  reader: LedgerReader,
  report: DueReport,
  subject: ReportSubject,
): Promise<ReportFacts> {
  const { account } = subject;
  const { fromMs, toMs, unit, firstDay } = report;
  const range = { account, sinceMs: fromMs, untilMs: toMs - 1 };
  const [trades, points, positions, halts, [newest]] = await Promise.all([
    readTrades(reader, { ...range, limit: TRADES_MAX }),
    reader.equity({ ...range, limit: POINTS_MAX }),
    reader.positions(account),
    reader.halts(),
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
    halts: halts.filter((halt) => halt.account === undefined || halt.account === account),
    auditHead: newest && `${newest.seq}:${newest.hash}`,
    version: subject.version,
  };
}

function sampleOf({ atMs, equityQuote, positionsQuote }: EquityPoint): EquitySample {
  return { atMs, equity: toNumber(equityQuote), positions: toNumber(positionsQuote) };
}
