/**
 * The steps a chain of the pair-selector may be made of, as they stand in the config. Names are
 * those that users of other bots know; fractions are fractions (0.01 = 1 %).
 */
import { z } from 'zod';
import { Pair } from '../model/pair.ts';
import { isPattern } from './pattern.ts';

/** Most pairs that pass between two steps. */
export const PAIRS_MAX = 500;

const Fraction = z.number().min(0).max(1);
const Count = z.int().min(1).max(PAIRS_MAX);
const Price = z.number().positive().nullable().default(null);
/** What becomes of a pair that the step has no data for. */
const OnMissing = z.enum(['remove', 'keep']).default('remove');
const Days = z.int().min(2).max(365);

const Static = z.strictObject({
  name: z.literal('static'),
  /** null = the section `pairs`, as the desk would follow it without a selector. */
  pairs: z.array(Pair).max(PAIRS_MAX).nullable().default(null),
});

const Volume = z.strictObject({
  name: z.literal('volume'),
  count: Count.default(30),
  min_quote_volume: z.number().min(0).default(0),
  /** null = the venue's own 24 hours; else the sum over so many hours of candles. */
  rolling_hours: z.int().min(1).max(720).nullable().default(null),
  /** The rolling sum is taken for the largest of the 24 hours alone: each costs a load. */
  rolling_candidates: Count.default(60),
});

const MarketCap = z.strictObject({
  name: z.literal('market-cap'),
  from_rank: z.int().min(1).max(1_000).default(1),
  to_rank: z.int().min(1).max(1_000).default(30),
  /** Answers as CoinGecko's /api/v3/coins/markets does. */
  url: z.url({ protocol: /^https?$/ }).default('https://api.coingecko.com/api/v3/coins/markets'),
  refresh_minutes: z.number().min(1).max(10_080).default(360),
  /** For a source on the own machine or network. */
  allow_private: z.boolean().default(false),
});

const PercentChange = z.strictObject({
  name: z.literal('percent-change'),
  count: Count.default(30),
  sort: z.enum(['rising', 'falling']).default('rising'),
  min_change_fraction: z.number().min(-1).nullable().default(null),
  max_change_fraction: z.number().min(-1).nullable().default(null),
  /** null = the venue's own 24 hours; else over so many days of candles. */
  days: z.int().min(1).max(365).nullable().default(null),
  /** The change over days is taken for the largest by volume alone: each costs a load. */
  candidates: Count.default(60),
});

const Remote = z.strictObject({
  name: z.literal('remote'),
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  file: z.string().min(1).nullable().default(null),
  /** Of the whole text: for a list that does not change. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')
    .nullable()
    .default(null),
  /** ed25519, SPKI in base64; the signature is looked for beside the list, under its name + `.sig`. */
  public_key: z.base64().min(40).max(200).nullable().default(null),
  max_pairs: Count.default(100),
  refresh_minutes: z.number().min(1).max(10_080).default(30),
  /** For a list on the own machine or network. */
  allow_private: z.boolean().default(false),
});

const Age = z.strictObject({
  name: z.literal('age'),
  min_days: z.int().min(1).max(900).default(30),
  max_days: z.int().min(1).max(900).nullable().default(null),
  on_missing: OnMissing,
});

const Spread = z.strictObject({
  name: z.literal('spread'),
  max_fraction: Fraction.default(0.005),
  on_missing: OnMissing,
});

const PriceRange = z.strictObject({
  name: z.literal('price'),
  min: Price,
  max: Price,
  /** Most that one tick may be of the price: with coarse ticks stops and targets miss their place. */
  max_tick_fraction: Fraction.nullable().default(0.001),
  on_missing: OnMissing,
});

const Volatility = z.strictObject({
  name: z.literal('volatility'),
  days: Days.default(10),
  min: z.number().min(0).default(0),
  max: z.number().min(0).nullable().default(null),
  on_missing: OnMissing,
});

const RangeStability = z.strictObject({
  name: z.literal('range-stability'),
  days: Days.default(10),
  min: z.number().min(0).default(0.02),
  max: z.number().min(0).nullable().default(null),
  on_missing: OnMissing,
});

const Depth = z.strictObject({
  name: z.literal('depth'),
  order_quote: z.number().positive().default(1_000),
  max_impact_fraction: Fraction.default(0.002),
  on_missing: OnMissing,
});

const Correlation = z.strictObject({
  name: z.literal('correlation'),
  days: z.int().min(5).max(365).default(30),
  max: z.number().min(-1).max(1).default(0.9),
  with: z.enum(['held', 'chosen', 'both']).default('both'),
  on_missing: OnMissing,
});

const Performance = z.strictObject({
  name: z.literal('performance'),
  days: z.number().min(0.01).max(365).default(14),
  min_trades: z.int().min(1).max(1_000).default(3),
  min_profit_fraction: z.number().min(-1).max(10).default(-0.01),
  /** Best earners first; those without trades keep their places behind them. */
  sort: z.boolean().default(false),
});

const Status = z.strictObject({ name: z.literal('status') });

const Blacklist = z.strictObject({
  name: z.literal('blacklist'),
  patterns: z
    .array(z.string().refine(isPattern, 'expected BASE/QUOTE with * and ? as wildcards'))
    .max(500),
});

const Sector = z.strictObject({
  name: z.literal('sector'),
  max_per_sector: Count.default(3),
  /** Coins by sector; a coin in none is not capped. */
  sectors: z.record(
    z.string().min(1).max(40),
    z.array(z.string().regex(/^[A-Z0-9]{1,20}$/)).max(200),
  ),
});

const Shuffle = z.strictObject({ name: z.literal('shuffle'), seed: z.int().default(0) });
const Offset = z.strictObject({ name: z.literal('offset'), count: z.int().min(0).max(PAIRS_MAX) });

const Max = z.strictObject({
  name: z.literal('max'),
  count: Count,
  /** A pair already chosen stays down to rank count + buffer, a new one is sure at count - buffer. */
  buffer: z.int().min(0).max(100).default(0),
});

export const ChainLink = z
  .discriminatedUnion('name', [
    Static,
    Volume,
    MarketCap,
    PercentChange,
    Remote,
    Age,
    Spread,
    PriceRange,
    Volatility,
    RangeStability,
    Depth,
    Correlation,
    Performance,
    Status,
    Blacklist,
    Sector,
    Shuffle,
    Offset,
    Max,
  ])
  .superRefine((link, context) => {
    const problem = linkProblem(link);
    if (problem !== undefined) context.addIssue({ code: 'custom', ...problem });
  });
export type ChainLink = Readonly<z.output<typeof ChainLink>>;
export type LinkOf<Name extends ChainLink['name']> = Extract<ChainLink, { readonly name: Name }>;

const GENERATORS: readonly ChainLink['name'][] = [
  'static',
  'volume',
  'market-cap',
  'percent-change',
  'remote',
];

/** A chain begins with what makes a list. Later generators keep theirs of the list, in their order. */
export const Chain = z
  .array(ChainLink)
  .min(1)
  .max(40)
  .superRefine(([first], context) => {
    if (first === undefined || GENERATORS.includes(first.name)) return;
    context.addIssue({
      code: 'custom',
      path: [0, 'name'],
      message: `a chain begins with one of ${GENERATORS.join(', ')}`,
    });
  });

function linkProblem(
  link: z.output<typeof ChainLink>,
): { path: string[]; message: string } | undefined {
  switch (link.name) {
    case 'remote':
      return remoteProblem(link);
    case 'market-cap':
      return link.from_rank > link.to_rank
        ? { path: ['to_rank'], message: 'is below from_rank' }
        : undefined;
    case 'age':
      return bandProblem(['min_days', link.min_days], ['max_days', link.max_days]);
    case 'price':
    case 'volatility':
    case 'range-stability':
      return bandProblem(['min', link.min], ['max', link.max]);
    case 'percent-change':
      return bandProblem(
        ['min_change_fraction', link.min_change_fraction],
        ['max_change_fraction', link.max_change_fraction],
      );
    default:
      return undefined;
  }
}

function remoteProblem(
  link: z.output<typeof Remote>,
): { path: string[]; message: string } | undefined {
  if ((link.url === null) === (link.file === null))
    return { path: ['url'], message: 'a remote list has either url or file' };
  // Whoever can change the list chooses what the desk buys.
  if ((link.sha256 === null) === (link.public_key === null))
    return { path: ['sha256'], message: 'a remote list is checked by either sha256 or public_key' };
  return undefined;
}

type Bound = readonly [string, number | null];

function bandProblem(
  [low, min]: Bound,
  [high, max]: Bound,
): { path: string[]; message: string } | undefined {
  if (min === null || max === null || min <= max) return undefined;
  return { path: [high], message: `is below ${low}` };
}
