/**
 * The same rules on a faster clock: waits and windows divided, so that a test of minutes sees what
 * takes an hour. Thresholds stay as they are.
 */
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** Below it a window has too few samples at one a second. */
const WINDOW_SECONDS_MIN = 8;

export function shorterRules(text: string, factor: number): string {
  return text
    .replaceAll(
      /^(\s*for: )(\d+)([smhd])$/gm,
      (_all, head: string, count: string, unit: string) => {
        return `${head}${Math.round(seconds(count, unit) / factor)}s`;
      },
    )
    .replaceAll(/\[(\d+)([smhd])\]/g, (_all, count: string, unit: string) => {
      const short = Math.round(seconds(count, unit) / factor);
      return `[${Math.max(WINDOW_SECONDS_MIN, short)}s]`;
    });
}

function seconds(count: string, unit: string): number {
  return Number(count) * (SECONDS[unit] ?? 1);
}
