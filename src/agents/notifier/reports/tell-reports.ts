/** Tells the reports that are due. What cannot be read now is due again at the next look. */
import { equitySvg } from '#core/alerts/equity-svg.ts';
import { minutesOf } from '#core/alerts/quiet-hours.ts';
import { type DueReport, dueReports } from '#core/alerts/report-clock.ts';
import { type ReportFacts, reportOf } from '#core/alerts/report.ts';
import type { Calendar } from '#core/portfolio/calendar.ts';
import type { LedgerSource } from '#ledger/reader-source.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import type { Enclosed, Notices } from '../alerts/notices.ts';
import type { NotifierConfig } from '../config.ts';
import { readReport, type ReportSubject } from './read-report.ts';
import { renderPicture } from './render-picture.ts';

export interface ReportPorts {
  readonly ledger: LedgerSource;
  readonly notices: Pick<Notices, 'state' | 'take'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: () => NotifierConfig;
  readonly calendar: Calendar;
  readonly subject: Omit<ReportSubject, 'dayOf'>;
  /** Time of day or date for the axis of the picture. */
  readonly timeText: (atMs: number) => string;
}

export async function tellReports(ports: ReportPorts): Promise<void> {
  const { notices, clock, calendar } = ports;
  const { reports } = ports.config();
  const before = notices.state().reports;
  const { memory, due } = dueReports(before, {
    calendar,
    nowMs: clock.now(),
    settings: { atMinute: minutesOf(reports.at), daily: reports.daily, weekly: reports.weekly },
  });
  if (due.length === 0 && memory.day === before.day && memory.week === before.week) return;
  const told: Enclosed[] = [];
  for (const report of due) told.push(await enclosed(ports, report));
  notices.take(told, (state) => ({ ...state, reports: { ...memory } }));
}

async function enclosed(ports: ReportPorts, report: DueReport): Promise<Enclosed> {
  const { ledger, calendar, clock } = ports;
  const subject = { ...ports.subject, dayOf: calendar.dayOf };
  const facts = await ledger.read((reader) => readReport(reader, report, subject));
  const { title, lines, fields } = reportOf(facts);
  const kind = report.unit === 'day' ? 'daily_report' : 'weekly_report';
  return {
    alert: {
      kind,
      level: 'notice',
      atMs: clock.now(),
      group: `${kind} ${report.firstDay}`,
      title,
      lines,
      fields,
    },
    picture: await pictureOf(ports, facts, title),
  };
}

/** As many points as the picture is wide; the last one is always shown. */
const POINTS_DRAWN = 700;

function thinned<T>(points: readonly T[]): readonly T[] {
  const stride = Math.ceil(points.length / POINTS_DRAWN);
  return points.filter((_, index) => (points.length - 1 - index) % stride === 0);
}

async function pictureOf(
  { clock, log, timeText }: ReportPorts,
  facts: ReportFacts,
  title: string,
): Promise<Uint8Array | undefined> {
  const { equity: points, quoteAsset } = facts;
  const svg = equitySvg({ title, quoteAsset, points: thinned(points), dayText: timeText });
  if (svg === undefined) return undefined;
  try {
    return await renderPicture(svg, clock);
  } catch (error) {
    log.warn({ err: error }, 'the picture of a report could not be drawn');
    return undefined;
  }
}
