import { z } from 'zod';

/** Section `risk_agent` of the config. */
export const RiskAgentConfig = z.strictObject({
  /** Seconds between two looks at the portfolio. */
  check_interval_seconds: z.number().min(1).max(3_600).default(30),
  /** Minutes before the same warning is told again. */
  alert_cooldown_minutes: z.number().min(0).max(1_440).default(15),
});
