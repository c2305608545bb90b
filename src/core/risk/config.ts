import { z } from 'zod';

const fraction = z.number().gt(0).lte(1);

/**
 * The `risk_limits` section. Fractions of equity unless the name says otherwise; defaults are the
 * limits of the desk's specification. Rules that can never hold together are refused here.
 */
export const RiskLimits = z
  .strictObject({
    /** Equity lost when the stop is hit. The target; `risk_fraction_max` is the limit. */
    risk_fraction: fraction.default(0.001),
    risk_fraction_max: fraction.default(0.02),
    /** Notional of one pair over equity. */
    pair_exposure_max: fraction.default(0.05),
    total_exposure_max: fraction.default(0.95),
    open_positions_max: z.int().min(1).max(1000).default(10),
    /** A loss this large within a UTC day halts entries until the next day. */
    daily_loss_max: fraction.default(0.05),
    /** A fall this large from the peak halts entries until an operator resumes. */
    drawdown_halt: fraction.default(0.1),
    /** A fall this large from the highest equity of a UTC month sells everything and stays down. */
    month_drawdown_max: fraction.default(0.15),
    /** Losing round trips in a row after which entries wait for the next UTC day. */
    losses_in_row_max: z.int().min(1).default(5),
    data_age_max_ms: z.int().min(100).default(5_000),
    /** When no pair has data for so long the desk halts; one pair alone is refused much sooner. */
    data_stale_halt_ms: z.int().min(1_000).default(30_000),
    /** So many commands without a known outcome, or one for so long, halt entries. */
    unknown_commands_max: z.int().min(1).default(3),
    unknown_command_age_max_ms: z.int().min(1_000).default(60_000),
    /** Largest difference of this machine's clock to the venue's; the desk corrects smaller ones. */
    clock_skew_max_ms: z.int().min(100).default(30_000),
    /** An older word of the risk agent refuses entries; null: none is needed, and none is asked. */
    risk_state_age_max_ms: z.int().min(1_000).nullable().default(120_000),
    /** One-day value at risk (99 %) of everything, the order included. */
    var_max: fraction.default(0.05),
    /** Standard deviation of a pair's day above which it is not entered. */
    daily_volatility_max: z.number().positive().default(0.5),
    /** A position over what trades of the pair in a day. */
    daily_volume_max: fraction.default(0.1),
    /** Pairs that move together at least so much count as one, */
    correlation_high: z.number().min(0).max(1).default(0.9),
    /** and together have at most so much. */
    correlated_exposure_max: fraction.default(0.5),
    spread_max: fraction.default(0.005),
    /** How far above the ask an entry may pay. */
    slippage_max: fraction.default(0.002),
    stop_distance_min: fraction.default(0.0005),
    stop_distance_max: fraction.default(0.1),
  })
  .superRefine((limits, context) => {
    for (const [low, high] of ORDERED) {
      if (limits[low] <= limits[high]) continue;
      context.addIssue({
        code: 'custom',
        path: [low],
        message: `must not be above ${high} (${limits[high]})`,
        input: limits[low],
      });
    }
  });
export type RiskLimits = Readonly<z.output<typeof RiskLimits>>;

// The left key must not be above the right one: the rule on the right could never be met.
const ORDERED = [
  ['risk_fraction', 'risk_fraction_max'],
  ['pair_exposure_max', 'total_exposure_max'],
  ['stop_distance_min', 'stop_distance_max'],
  ['stop_distance_max', 'drawdown_halt'],
  ['risk_fraction_max', 'daily_loss_max'],
  ['daily_loss_max', 'drawdown_halt'],
] as const;
