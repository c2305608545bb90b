/** Hours of the night as the operator's clock shows them; `22:00` to `07:00` goes over midnight. */
import { z } from 'zod';

export const ClockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as "22:30"');
export type ClockTime = z.output<typeof ClockTime>;

export function minutesOf(time: ClockTime): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Minutes since midnight in a zone. */
export function minuteOfDay(zone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (atMs) => {
    const parts = format.formatToParts(atMs);
    const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
    return part('hour') * 60 + part('minute');
  };
}

export function quietHours(hours: {
  readonly from: ClockTime | null;
  readonly to: ClockTime | null;
  readonly zone: string;
}): (atMs: number) => boolean {
  const { from, to, zone } = hours;
  if (from === null || to === null || from === to) return () => false;
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const minute = minuteOfDay(zone);
  return (atMs) => {
    const now = minute(atMs);
    return start < end ? now >= start && now < end : now >= start || now < end;
  };
}
