import type { RiskLimits } from '#core/risk/config.ts';
import type { AssessRules } from '#core/risk/watch/look.ts';
import type { EmergencyRules } from '#core/risk/watch/emergency.ts';
import type { RiskAgentConfig } from './config.ts';

interface Given {
  readonly config: RiskAgentConfig;
  readonly limits: RiskLimits;
}

export function assessRules({ config, limits }: Given): AssessRules {
  const { optimiser, recovery } = config;
  return {
    limits,
    varMax: config.max_portfolio_var,
    volatilityTarget: config.volatility_target,
    sharpeMin: config.sharpe_min,
    sharpeDaysMin: config.sharpe_days_min,
    participation: config.participation,
    caps: {
      method: optimiser.method,
      investedMax: limits.total_exposure_max,
      targetReturn: optimiser.target_return,
      riskAversion: optimiser.risk_aversion,
      weightMax: optimiser.weight_max,
      slack: optimiser.slack,
      sectors: optimiser.sectors,
    },
    shocks: config.stress.shocks,
    machine: { margin: recovery.margin, recoveryMs: recovery.seconds * 1_000 },
  };
}

/** A pause is longer than what it is about, and than looks are apart. */
export function pauseRules(config: RiskAgentConfig) {
  const apartMs = 2 * config.check_interval_seconds * 1_000;
  return {
    recoveryMs: Math.max(apartMs, config.recovery.seconds * 1_000),
    unprotectedMs: Math.max(apartMs, config.emergency.unprotected_seconds * 1_000),
  };
}

export function emergencyRules({ config: { emergency }, limits }: Given): EmergencyRules {
  return {
    fall: emergency.fall,
    fallMs: emergency.fall_minutes * 60_000,
    unprotectedMs: emergency.unprotected_seconds * 1_000,
    exposureMax: limits.total_exposure_max * emergency.exposure_over,
  };
}
