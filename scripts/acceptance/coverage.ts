/** Compares the candles an exchange closed with the decisions a desk recorded, by pair and close. */
export interface Coverage {
  readonly candles: number;
  readonly decided: number;
  /** Closed candles without decision, as `pair closeMs`. */
  readonly missing: readonly string[];
  /** Candles with more than one decision. */
  readonly doubled: readonly string[];
  /** Decisions on candles the exchange does not know. */
  readonly unknown: readonly string[];
  /** Share of the candles that have exactly one decision. */
  readonly fraction: number;
}

export interface Decided {
  readonly pair: string;
  readonly closeMs: number;
}

/** Open-ended at the end: closes in (fromMs, toMs]. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export function compareCoverage(
  closes: ReadonlyMap<string, ReadonlySet<number>>,
  decisions: readonly Decided[],
  span: Span,
): Coverage {
  const isInside = (closeMs: number): boolean => closeMs > span.fromMs && closeMs <= span.toMs;
  const counts = new Map<string, number>();
  for (const { pair, closeMs } of decisions) {
    if (!isInside(closeMs)) continue;
    const key = `${pair} ${closeMs}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const wanted = [...closes].flatMap(([pair, times]) =>
    [...times].filter(isInside).map((closeMs) => `${pair} ${closeMs}`),
  );
  const known = new Set(wanted);
  const missing = wanted.filter((key) => !counts.has(key));
  const doubled = wanted.filter((key) => (counts.get(key) ?? 0) > 1);
  const once = wanted.length - missing.length - doubled.length;
  return {
    candles: wanted.length,
    decided: wanted.length - missing.length,
    missing,
    doubled,
    unknown: [...counts.keys()].filter((key) => !known.has(key)),
    fraction: wanted.length === 0 ? 0 : once / wanted.length,
  };
}

export function coverageText(coverage: Coverage): string {
  const { candles, missing, doubled, unknown, fraction } = coverage;
  const parts = [
    `${candles} candles`,
    `${missing.length} missing`,
    `${doubled.length} doubled`,
    `${unknown.length} unknown`,
    `${(100 * fraction).toFixed(3)} %`,
  ];
  const first = [...missing.slice(0, 3), ...doubled.slice(0, 3)];
  return first.length === 0 ? parts.join(', ') : `${parts.join(', ')} (${first.join('; ')})`;
}
