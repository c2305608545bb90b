/**
 * What a portfolio may look like. Weights are fractions of equity, what is not invested is cash. Each
 * asset is in one sector at most, so limits nest (asset, sector, whole): that is what makes it possible
 * to say exactly whether they contradict each other, and in which words.
 */
export interface Range {
  readonly min: number;
  readonly max: number;
}

export interface AllocationLimits {
  readonly names: readonly string[];
  /** For each asset that has none of its own. Never negative: nothing is sold short. */
  readonly weight: Range;
  readonly weights?: Readonly<Record<string, Range>>;
  /** Sum of all weights; min below max allows cash. */
  readonly invested: Range;
  readonly sectors?: readonly Sector[];
}

export interface Sector {
  readonly name: string;
  readonly members: readonly string[];
  readonly range: Range;
}

export function rangeOf({ weights, weight }: AllocationLimits, name: string): Range {
  return weights?.[name] ?? weight;
}

/** Why no portfolio keeps these limits; empty when one does. */
export function contradictions(limits: AllocationLimits): string[] {
  const { names, invested, sectors = [] } = limits;
  const found = [
    ...names.flatMap((name) => ownContradiction(limits, name)),
    ...sectorsTwice(sectors),
    ...sectors.flatMap((sector) => sectorContradiction(limits, sector)),
  ];
  if (invested.min > invested.max + SLACK) {
    found.push(
      `at least ${percent(invested.min)} must and at most ${percent(invested.max)} may be invested`,
    );
  }
  // The sums below would only repeat what is wrong already.
  return found.length > 0 ? found : sumContradictions(limits);
}

// Sums of fractions like 0.1 are off by some 1e-16; nobody means a difference this small.
const SLACK = 1e-9;

function ownContradiction(limits: AllocationLimits, name: string): string[] {
  const { min, max } = rangeOf(limits, name);
  if (min < 0) return [`${name} has a least weight of ${percent(min)}, but nothing is sold short`];
  if (min <= max + SLACK) return [];
  return [`${name} must have ${percent(min)} at least and ${percent(max)} at most`];
}

function sectorsTwice(sectors: readonly Sector[]): string[] {
  const all = sectors.flatMap(({ members }) => members);
  const twice = new Set(all.filter((name, index) => all.indexOf(name) !== index));
  return [...twice].map((name) => `${name} is in more than one sector`);
}

function sectorContradiction(limits: AllocationLimits, sector: Sector): string[] {
  const { name, range } = sector;
  const members = membersOf(limits, sector);
  const sums = sumOf(limits, members);
  if (range.min > range.max + SLACK) {
    return [
      `sector ${name} must have ${percent(range.min)} at least and ${percent(range.max)} at most`,
    ];
  }
  if (sums.min > range.max + SLACK) {
    const least = `the least weights of ${members.length} assets of sector ${name} sum to ${percent(sums.min)}`;
    return [`${least}, but the sector may have ${percent(range.max)} at most`];
  }
  if (sums.max < range.min - SLACK) {
    return [
      `${mostText(limits, members)}, but sector ${name} must have ${percent(range.min)} at least`,
    ];
  }
  return [];
}

function sumContradictions(limits: AllocationLimits): string[] {
  const { invested, sectors = [] } = limits;
  const parts = sectors.map((sector) => {
    const sums = sumOf(limits, membersOf(limits, sector));
    const { range } = sector;
    return { min: Math.max(sums.min, range.min), max: Math.min(sums.max, range.max), sums, sector };
  });
  const others = othersOf(limits);
  const free = sumOf(limits, others);
  const least = parts.reduce((sum, { min }) => sum + min, free.min);
  const most = parts.reduce((sum, { max }) => sum + max, free.max);
  if (least > invested.max + SLACK) {
    return [
      `the least weights sum to ${percent(least)}, but ${percent(invested.max)} may be invested`,
    ];
  }
  if (most >= invested.min - SLACK) return [];
  const texts = parts.map(({ sums, sector }) =>
    sector.range.max < sums.max
      ? `sector ${sector.name} at ${percent(sector.range.max)} at most`
      : mostText(limits, membersOf(limits, sector)),
  );
  if (others.length > 0) texts.push(mostText(limits, others));
  const [only = 'no assets at all'] = texts;
  const said = texts.length <= 1 ? only : `${texts.join(' and ')} sum to ${percent(most)}`;
  return [`${said}, but ${percent(invested.min)} must be invested`];
}

/** "5 assets at 10 % at most sum to 50 %". */
function mostText(limits: AllocationLimits, names: readonly string[]): string {
  const tops = new Set(names.map((name) => rangeOf(limits, name).max));
  const [top = 0] = tops;
  const count = names.length === 1 ? `${names[0]}` : `${names.length} assets`;
  if (names.length === 1) return `${count} at ${percent(top)} at most`;
  const each = tops.size === 1 ? `at ${percent(top)} at most` : 'at their greatest weights';
  return `${count} ${each} sum to ${percent(sumOf(limits, names).max)}`;
}

function sumOf(limits: AllocationLimits, names: readonly string[]): Range {
  return names.reduce(
    (sum, name) => {
      const { min, max } = rangeOf(limits, name);
      return { min: sum.min + min, max: sum.max + max };
    },
    { min: 0, max: 0 },
  );
}

/** Members that are among the assets. */
export function membersOf({ names }: AllocationLimits, { members }: Sector): string[] {
  return names.filter((name) => members.includes(name));
}

function othersOf({ names, sectors = [] }: AllocationLimits): string[] {
  const held = new Set(sectors.flatMap(({ members }) => members));
  return names.filter((name) => !held.has(name));
}

/** "12.5 %": for people; at most two places. */
export function percent(fraction: number): string {
  return `${Number((100 * fraction).toFixed(2))} %`;
}
