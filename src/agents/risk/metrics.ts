import { LEVELS } from '#core/risk/watch/step-limits.ts';
import type { RiskState } from '#core/model/risk-state.ts';
import type { Metrics } from '#platform/metrics/metrics.ts';

export const LOOK_OUTCOMES = ['ok', 'failed'] as const;
export const RISK_ACTIONS = ['reduce', 'flatten', 'kill-switch'] as const;
export type RiskAction = (typeof RISK_ACTIONS)[number];
const FIGURES = [
  'var_now',
  'var_historical',
  'var_parametric',
  'var_simulated',
  'cvar_historical',
  'cvar_parametric',
  'cvar_simulated',
] as const;

const STRESSES = ['stress_history', 'stress_black_swan', 'stress_fat_tails'] as const;

export interface RiskMetrics {
  looked(outcome: (typeof LOOK_OUTCOMES)[number], seconds: number): void;
  state(state: RiskState): void;
  acted(action: RiskAction): void;
}

/** Declares the risk agent's metrics; called once per process. */
export function riskMetrics(metrics: Metrics): RiskMetrics {
  const looks = metrics.counter({
    name: 'risk_looks_total',
    help: 'Looks at the portfolio by outcome.',
    labels: ['outcome'],
  });
  const seconds = metrics.gauge({
    name: 'risk_look_seconds',
    help: 'Time of the last look at the portfolio, reads included.',
  });
  const level = metrics.gauge({
    name: 'risk_level',
    help: 'Level of the portfolio: 0 normal, 1 warn, 2 reduce, 3 halt, 4 flatten.',
  });
  const ratio = metrics.gauge({
    name: 'var_ratio',
    help: 'One-day value at risk and expected shortfall (99 %) of the portfolio over equity.',
    labels: ['figure'],
  });
  const stress = metrics.gauge({
    name: 'stress_loss_ratio',
    help: 'Loss over equity under the worst shock of the past, six deviations of everything at once, and fat tails (mean of the worst hundredth of days).',
    labels: ['figure'],
  });
  const scaler = metrics.gauge({
    name: 'risk_account_scaler',
    help: 'What the account lets an entry risk of its usual size.',
  });
  const fallback = metrics.gauge({
    name: 'risk_optimiser_fallback',
    help: 'What the caps are by: 0 the method asked for, 1 the least variance, 2 risk parity, 3 nothing.',
  });
  const actions = metrics.counter({
    name: 'risk_actions_total',
    help: 'What the risk agent told execution to do.',
    labels: ['action'],
  });
  for (const outcome of LOOK_OUTCOMES) looks.inc({ outcome }, 0);
  for (const action of RISK_ACTIONS) actions.inc({ action }, 0);
  return {
    looked: (outcome, took) => {
      looks.inc({ outcome });
      seconds.set(took);
    },
    state: ({ level: now, figures, accountScaler }) => {
      level.set(LEVELS.indexOf(now));
      scaler.set(accountScaler);
      fallback.set(figures['optimiser_fallback'] ?? 0);
      for (const figure of FIGURES) {
        const value = figures[figure];
        if (value !== undefined) ratio.set({ figure }, value);
      }
      for (const figure of STRESSES) {
        const value = figures[figure];
        if (value !== undefined) stress.set({ figure }, value);
      }
    },
    acted: (action) => actions.inc({ action }),
  };
}
