import { z } from 'zod';
import { AlertCooldownMinutes } from '#core/alerts/risk-alerts.ts';
import { CAP_METHODS } from '#core/risk/watch/caps.ts';
import { StressShocks } from '#core/risk/measure/shocks.ts';

const fraction = z.number().gt(0).lte(1);

type Sectors = Readonly<Record<string, { readonly bases: readonly string[] }>>;

/** The optimiser knows no such portfolio, and then nothing is bought. */
function coinsTwice(sectors: Sectors): string[] {
  const all = Object.values(sectors).flatMap(({ bases }) => [...new Set(bases)]);
  return [...new Set(all.filter((base, place) => all.indexOf(base) !== place))];
}

/** Section `risk_agent` of the config. */
export const RiskAgentConfig = z.strictObject({
  /** Seconds between two looks at the portfolio. */
  check_interval_seconds: z.number().min(1).max(3_600).default(30),
  /** Minutes before the same warning is told, and the same sale is tried, again. */
  alert_cooldown_minutes: AlertCooldownMinutes,
  /** One-day value at risk (99 %) of the portfolio that is warned of; a quarter more reduces, 2.5 times halts. */
  max_portfolio_var: fraction.default(0.05),
  /** Standard deviation of a pair's day up to which it may have its whole size. */
  volatility_target: z.number().positive().max(10).default(0.05),
  /** Annualised; once there are so many days of record, less of it halves the size. */
  sharpe_min: z.number().min(-10).max(10).default(1),
  sharpe_days_min: z.int().min(7).max(365).default(30),
  /** Part of what trades that a sale may be. */
  participation: fraction.default(0.1),
  /** Hours of candles that are looked at. */
  history_hours: z.int().min(100).max(2_000).default(500),
  recovery: z
    .strictObject({
      /** How far below its bound a value has to fall, as a part of it, */
      margin: z.number().min(0).max(0.9).default(0.1),
      /** and for how long, before its level falls. */
      seconds: z.number().min(0).max(86_400).default(300),
    })
    .prefault({}),
  /** Whether level `reduce` sells what is too much, and `flatten` everything. */
  auto_reduce: z.boolean().default(true),
  optimiser: z
    .strictObject({
      method: z.enum(CAP_METHODS).default('risk-parity'),
      /** How far above the optimiser's weight a pair may go. */
      slack: z.number().min(1).max(20).default(2),
      /** Of target-return: of one day, of the whole equity. */
      target_return: z.number().gt(0).max(0.1).default(0.0005),
      /** Of risk-aversion: of two portfolios with one return, how much the calmer one is worth. */
      risk_aversion: z.number().gt(0).max(1_000).default(3),
      /** Of all but risk-parity: most of one pair, and of a sector's coins together. */
      weight_max: fraction.default(0.25),
      sectors: z
        .record(z.string(), z.strictObject({ bases: z.array(z.string()).min(1), max: fraction }))
        .refine((sectors) => coinsTwice(sectors).length === 0, {
          error: ({ input }) => `${coinsTwice(input as Sectors).join(', ')} is in two sectors`,
        })
        .default({}),
    })
    .prefault({}),
  /** What the portfolio of now is put through. */
  stress: z.strictObject({ shocks: StressShocks }).prefault({}),
  /** The second line of defence: what execution should never let happen. */
  emergency: z
    .strictObject({
      action: z.enum(['kill-switch', 'flatten', 'none']).default('kill-switch'),
      /** Fall of the equity within the minutes below. */
      fall: fraction.default(0.1),
      fall_minutes: z.number().min(1).max(1_440).default(10),
      /** A position without a stop for so long. */
      unprotected_seconds: z.number().min(10).max(86_400).default(120),
      /** Exposure over `risk_limits.total_exposure_max`, as a multiple of it. */
      exposure_over: z.number().gt(1).max(10).default(1.2),
    })
    .prefault({}),
});
export type RiskAgentConfig = z.output<typeof RiskAgentConfig>;
