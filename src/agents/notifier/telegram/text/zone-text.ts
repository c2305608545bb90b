/** Times as the operator reads them, in the zone of the config. */
export interface ZoneText {
  readonly zone: string;
  /** `2026-11-25 14:03:09`. */
  dateTime(atMs: number): string;
  /** `11-25 14:03`. */
  short(atMs: number): string;
  /** `14:03:09`. */
  time(atMs: number): string;
}

export function zoneText(zone: string): ZoneText {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  // The Swedish locale writes ISO 8601: 2026-11-25 14:03:09.
  const dateTime = (atMs: number): string => format.format(atMs);
  return {
    zone,
    dateTime,
    short: (atMs) => dateTime(atMs).slice(5, 16),
    time: (atMs) => dateTime(atMs).slice(11),
  };
}
