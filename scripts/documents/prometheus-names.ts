/** The metrics that a PromQL expression asks for. */

const SELECTOR = /\bnightdesk_[a-z0-9_]+/g;
const RECORDED = /\bnightdesk:[a-z0-9_]+(?::[a-z0-9_]+)*/g;
const PARTS_OF_HISTOGRAM = /_(?:bucket|sum|count)$/;

export interface AskedNames {
  /** Families of the desk, without the suffixes of a histogram's series where `isHistogram` says so. */
  readonly families: readonly string[];
  readonly recorded: readonly string[];
}

export function namesIn(expr: string, isHistogram: (family: string) => boolean): AskedNames {
  const families = [...expr.matchAll(SELECTOR)].map(([name]) => {
    const base = name.replace(PARTS_OF_HISTOGRAM, '');
    return isHistogram(base) ? base : name;
  });
  return {
    families: [...new Set(families)],
    recorded: [...new Set([...expr.matchAll(RECORDED)].map(([name]) => name))],
  };
}
