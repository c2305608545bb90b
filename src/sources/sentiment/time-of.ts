/** Undefined for a text that is no time. */
export function timeOf(text: string | undefined): number | undefined {
  const atMs = Date.parse(text ?? '');
  return Number.isFinite(atMs) ? atMs : undefined;
}
