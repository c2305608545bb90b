/** Prometheus text as numbers: enough of the format for what the desk itself writes. */
export interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

const PREFIX = 'nightdesk_';
const LINE = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)/;

export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined || !name.startsWith(PREFIX)) return [];
    return [{ name: name.slice(PREFIX.length), labels, value: Number(value) }];
  });
}

/** Sum of the samples of a name whose labels contain all of these texts. */
export function total(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return samples
    .filter((sample) => sample.name === name && wanted.every((w) => sample.labels.includes(w)))
    .reduce((sum, { value }) => sum + value, 0);
}

export function largest(samples: readonly Sample[], name: string): number {
  return Math.max(0, ...samples.filter((s) => s.name === name).map(({ value }) => value));
}
