/** When the daily and weekly reports are due, in the operator's zone, once each and late ones too. */
import { type Calendar, type CalendarDay, shiftPeriod } from '#core/portfolio/calendar.ts';

export interface ReportSettings {
  /** Minutes after midnight at which a report of the days before is told. */
  readonly atMinute: number;
  readonly daily: boolean;
  readonly weekly: boolean;
}

/** First day of the last period that was reported, by kind. */
export interface ReportMemory {
  readonly day?: CalendarDay | undefined;
  readonly week?: CalendarDay | undefined;
}

export interface DueReport {
  readonly unit: 'day' | 'week';
  readonly firstDay: CalendarDay;
  readonly fromMs: number;
  readonly toMs: number;
}

const MINUTE_MS = 60_000;

/**
 * The reports to tell now, and the memory after them. Of several periods missed only the last is
 * told: it is news, the others are history. A first start reports nothing about the time before it.
 */
export function dueReports(
  memory: ReportMemory,
  at: { readonly calendar: Calendar; readonly nowMs: number; readonly settings: ReportSettings },
): { readonly memory: ReportMemory; readonly due: readonly DueReport[] } {
  const { calendar, settings } = at;
  // Before the hour the day that ended at midnight is not yet due.
  const asOfMs = at.nowMs - settings.atMinute * MINUTE_MS;
  const due: DueReport[] = [];
  const next: { day?: CalendarDay; week?: CalendarDay } = {};
  for (const unit of ['day', 'week'] as const) {
    const running = calendar.periodOf(asOfMs, unit);
    const firstDay = shiftPeriod(running, unit, -1);
    const told = memory[unit];
    next[unit] = told === undefined || firstDay > told ? firstDay : told;
    const isWanted = unit === 'day' ? settings.daily : settings.weekly;
    if (!isWanted || told === undefined || firstDay <= told) continue;
    due.push({
      unit,
      firstDay,
      fromMs: calendar.startOf(firstDay),
      toMs: calendar.startOf(running),
    });
  }
  return { memory: next, due };
}
