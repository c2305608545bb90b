/** Reads histograms from the text that Prometheus scrapes. */

export interface Distribution {
  readonly count: number;
  readonly mean: number;
  /** Interpolated within its bucket, as Prometheus does it. */
  readonly quantile: (share: number) => number;
}

interface Bucket {
  readonly to: number;
  readonly count: number;
}

/** Adds up a histogram over all its label sets, less what `before` had counted. */
export function distributionOf(name: string, text: string, before = ''): Distribution {
  const earlier = new Map(bucketsOf(name, before).map(({ to, count }) => [to, count]));
  const buckets = bucketsOf(name, text).map(({ to, count }) => ({
    to,
    count: count - (earlier.get(to) ?? 0),
  }));
  const count = total(text, `${name}_count`) - total(before, `${name}_count`);
  const seconds = total(text, `${name}_sum`) - total(before, `${name}_sum`);
  return { count, mean: seconds / count, quantile: (share) => quantile(buckets, share * count) };
}

/** Sum of all samples of a name. */
export function total(text: string, name: string): number {
  return samples(text, name).reduce((sum, { value }) => sum + value, 0);
}

function samples(text: string, name: string): { labels: string; value: number }[] {
  const pattern = new RegExp(`^${name}(?:\\{(?<labels>.*)\\})? (?<value>\\S+)`);
  return text.split('\n').flatMap((line) => {
    const groups = pattern.exec(line)?.groups;
    return groups === undefined
      ? []
      : [{ labels: groups['labels'] ?? '', value: Number(groups['value']) }];
  });
}

function bucketsOf(name: string, text: string): Bucket[] {
  const counts = new Map<number, number>();
  for (const { labels, value } of samples(text, `${name}_bucket`)) {
    const edge = /le="(?<edge>[^"]+)"/.exec(labels)?.groups?.['edge'] ?? '';
    const to = edge === '+Inf' ? Number.POSITIVE_INFINITY : Number(edge);
    counts.set(to, (counts.get(to) ?? 0) + value);
  }
  return [...counts].map(([to, count]) => ({ to, count })).toSorted((a, b) => a.to - b.to);
}

function quantile(buckets: readonly Bucket[], rank: number): number {
  let from = 0;
  let below = 0;
  for (const { to, count } of buckets) {
    if (count >= rank && count > below) {
      return Number.isFinite(to) ? from + ((to - from) * (rank - below)) / (count - below) : from;
    }
    from = to;
    below = count;
  }
  return Number.NaN;
}
