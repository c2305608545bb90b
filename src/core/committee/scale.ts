/** Returns `value` held between `min` and `max`. */
export function clamp(value: number, min = -1, max = 1): number {
  return Math.min(max, Math.max(min, value));
}

/**
 * How far signed voices point the same way: 1 when all do, 0 when they cancel out or are silent.
 */
export function agreementOf(voices: readonly number[]): number {
  let sum = 0;
  let size = 0;
  for (const voice of voices) {
    sum += voice;
    size += Math.abs(voice);
  }
  return size === 0 ? 0 : Math.abs(sum) / size;
}

/** Text of a number for people: enough digits to see it, no more. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

export function percent(fraction: number): string {
  return `${short(100 * fraction)} %`;
}
