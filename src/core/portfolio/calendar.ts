/**
 * Days, weeks and months as the operator's calendar has them: in a time zone, with its summer time.
 * A period is named by its first day (`2026-11-23`); weeks begin on Monday (ISO 8601).
 */
export type CalendarUnit = 'day' | 'week' | 'month';

/** `2026-11-23`. */
export type CalendarDay = string;

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
// Zones lie between UTC-12 and UTC+14; one hour more than that cannot be missed.
const ZONE_REACH_MS = 15 * HOUR_MS;

/** True for a name that `Intl` knows, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(zone: string): boolean {
  try {
    return formatOf(zone).resolvedOptions().timeZone.length > 0;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Names days in one zone. Making the formatter costs far more than using it, so it is kept. */
export function calendar(zone: string) {
  const format = formatOf(zone);
  const dayOf = (atMs: number): CalendarDay => dayText(format.formatToParts(atMs));

  /** The first moment of a day: not always midnight, where summer time begins at midnight. */
  function startOf(day: CalendarDay): number {
    const utc = utcOf(day);
    let before = utc - ZONE_REACH_MS;
    let within = utc + ZONE_REACH_MS;
    while (within - before > 1) {
      const middle = Math.floor((before + within) / 2);
      if (dayOf(middle) < day) before = middle;
      else within = middle;
    }
    return within;
  }

  return {
    dayOf,
    startOf,
    /** First day of the period that a moment lies in. */
    periodOf: (atMs: number, unit: CalendarUnit): CalendarDay => firstDay(dayOf(atMs), unit),
  };
}
export type Calendar = ReturnType<typeof calendar>;

/** First day of the period `count` periods later (or earlier), from a first day. */
export function shiftPeriod(first: CalendarDay, unit: CalendarUnit, count: number): CalendarDay {
  const utc = utcOf(first);
  if (unit === 'day') return dayOfUtc(utc + count * DAY_MS);
  if (unit === 'week') return dayOfUtc(utc + count * 7 * DAY_MS);
  const date = new Date(utc);
  return dayOfUtc(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1));
}

function firstDay(day: CalendarDay, unit: CalendarUnit): CalendarDay {
  if (unit === 'day') return day;
  if (unit === 'month') return `${day.slice(0, 7)}-01`;
  const utc = utcOf(day);
  const sinceMonday = (new Date(utc).getUTCDay() + 6) % 7;
  return dayOfUtc(utc - sinceMonday * DAY_MS);
}

function utcOf(day: CalendarDay): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function dayOfUtc(utcMs: number): CalendarDay {
  return new Date(utcMs).toISOString().slice(0, 10);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
}

function dayText(parts: readonly Intl.DateTimeFormatPart[]): CalendarDay {
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}
