import { z } from 'zod';

const fraction = z.number().min(0).max(1);

/** One step of the ramp: from this day without a breach on, this part of the capital is used. */
const RampStep = z.strictObject({ day: z.number().nonnegative(), fraction: fraction.gt(0) });

const Fidelity = z.strictObject({
  /** Scored orders below which nothing is known yet. */
  orders_min: z.int().nonnegative().default(10),
  /** |fills the paper broker gave - fills the market would have given| over the orders. */
  fill_rate_error_max: fraction.default(0.1),
  /** How much better or worse paper fills are on average, in spreads at arrival. */
  slippage_error_max: z.number().nonnegative().default(0.5),
});

const Demotion = z.strictObject({
  /** A reconciliation halt that nobody has lifted for so long is a breach. */
  reconciliation_minutes: z.number().positive().default(60),
  /** What becomes of what the desk holds: sold, or kept with its stops at the venue. */
  positions: z.enum(['flatten', 'keep']).default('flatten'),
});

/** The `promotion` section: what a desk must have shown before it trades real money, and with how much. */
export const PromotionConfig = z.strictObject({
  /** Hours with live data in shadow on this venue, at the market's own speed. */
  shadow_hours: z.number().nonnegative().default(24),
  closed_trades: z.int().nonnegative().default(20),
  /** Instead of the two above when a desk with another decision hash was promoted here before. */
  rerun_hours: z.number().nonnegative().default(2),
  rerun_closed_trades: z.int().nonnegative().default(2),
  uptime_fraction_min: fraction.default(0.98),
  decided_fraction_min: fraction.default(0.98),
  drawdown_max: fraction.default(0.08),
  fidelity: Fidelity.prefault({}),
  /** Whether a run of `conformance` against this venue is needed, and how old it may be. */
  conformance_needed: z.boolean().default(true),
  conformance_days_max: z.number().positive().default(30),
  doctor_needed: z.boolean().default(true),
  ramp: z
    .array(RampStep)
    .min(1)
    .default([
      { day: 0, fraction: 0.1 },
      { day: 7, fraction: 0.25 },
      { day: 14, fraction: 0.5 },
      { day: 30, fraction: 1 },
    ])
    .refine(isRising, { message: 'days and fractions must rise, and the first day is 0' }),
  demotion: Demotion.prefault({}),
});
export type PromotionConfig = Readonly<z.output<typeof PromotionConfig>>;

function isRising(ramp: readonly z.output<typeof RampStep>[]): boolean {
  return ramp.every((step, n) => {
    const before = ramp[n - 1];
    if (before === undefined) return step.day === 0;
    return step.day > before.day && step.fraction >= before.fraction;
  });
}
