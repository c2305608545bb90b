import { z } from 'zod';
import { ANALYST_NAMES } from './analyst-names.ts';

const fraction = z.number().min(0).max(1);

/** Fewer candles cannot tell a storm: the usual ranges are the mean of so many. */
export const STORM_CANDLES = 100;

/**
 * A member of the committee: one that comes with the desk, by `name`, or the user's own, a
 * TypeScript `file` that exports `analyst`, relative to the folder the desk was started in.
 * `params` are checked against the analyst when the desk starts.
 */
export const CommitteeMember = z
  .strictObject({
    name: z.enum(ANALYST_NAMES).optional(),
    file: z
      .string()
      .regex(/\.[mc]?[jt]s$/, 'expected a .ts or .js file')
      .optional(),
    weight: z.number().nonnegative().default(1),
    params: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(({ name, file }) => (name === undefined) !== (file === undefined), {
    message: 'expected either a name or a file',
  });
export type CommitteeMember = z.output<typeof CommitteeMember>;

const Stop = z
  .strictObject({
    atr_interval: z.int().min(1).max(200).default(14),
    atr_multiple: z.number().positive().default(3),
    /** Closer than this, fees and noise alone would hit the stop. */
    min_fraction: z.number().positive().lt(1).default(0.004),
    /** SPEC section 4: stop loss 2 %. */
    max_fraction: z.number().positive().lt(1).default(0.02),
  })
  .refine((stop) => stop.min_fraction <= stop.max_fraction, {
    message: 'min_fraction is above max_fraction: no stop could ever be placed',
    path: ['min_fraction'],
  });

export const CommitteeConfig = z
  .strictObject({
    analysts: z
      .array(CommitteeMember)
      .min(1)
      .prefault([
        { name: 'technical-momentum', weight: 1 },
        { name: 'technical-mean-reversion', weight: 0.8 },
        { name: 'technical-volatility', weight: 0.6 },
        { name: 'trend', weight: 1.2 },
        { name: 'pattern', weight: 0.6 },
        { name: 'market-maker', weight: 0.5 },
        { name: 'sentiment', weight: 0.5 },
      ]),
    /** Candles of each timeframe that are looked at; the averages have settled after some 150. */
    candles: z.int().min(60).max(1_000).default(300),
    min_confidence: fraction.default(0.7),
    /** Weighted stance, either side of 0, that is a decision and not a mood. */
    min_stance: fraction.default(0.25),
    conflict: z
      .strictObject({ stance: fraction.default(0.5), confidence: fraction.default(0.6) })
      .prefault({}),
    /** 0: weights never change; 1: in a clear trend or a storm the reversion analysts fall silent. */
    regime_adaptation: fraction.default(0.5),
    /** Added to `min_confidence` of a buy in a storm, and while too few candles tell of one. */
    storm_caution: fraction.default(0.1),
    cooldown_candles: z.int().nonnegative().default(5),
    stop: Stop.prefault({}),
    /** Distance of the target over the distance of the stop; SPEC: 2 % and 6 %. */
    target_reward: z.number().positive().default(3),
    target_max_fraction: z.number().positive().default(0.06),
  })
  .refine((committee) => committee.analysts.some(({ weight }) => weight > 0), {
    message: 'the weights sum to 0: nobody could ever decide anything',
    path: ['analysts'],
  });
export type CommitteeConfig = z.output<typeof CommitteeConfig>;
