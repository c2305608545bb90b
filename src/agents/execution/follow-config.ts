import type { z } from 'zod';
import type { PromotionFacts } from '#promotion/promotion-subject.ts';
import type { Ledger } from '#ledger/ledger.ts';
import { liveView } from '#platform/config/live-view.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import type { Execution } from './agent.ts';
import type { ExecutionConfig, ExecutionSlice } from './config.ts';
import type { PromotionKeeper } from './promotion/begin.ts';
import { recordChange } from './promotion/record-start.ts';

type Context = Pick<
  AgentContext<z.output<typeof ExecutionSlice>>,
  'config' | 'onConfig' | 'onPrepare' | 'background' | 'clock'
>;

export interface FollowedConfig {
  /** As they are in force. */
  readonly sections: Pick<ExecutionConfig, 'limits' | 'section'>;
  /** Takes changes from now on; before, nobody could say what they would do. */
  follow(parts: {
    readonly execution: Pick<Execution, 'breachesOf' | 'onLimits'>;
    readonly promotion: Pick<PromotionKeeper, 'factsOf' | 'change'>;
  }): void;
}

/**
 * Limits and ways of ordering that a reload swaps: the next thing that asks for one sees the new one.
 * Every change of the desk's configuration is written into the audit here, whoever it concerns.
 */
export function followConfig(context: Context, ledger: Ledger): FollowedConfig {
  let inForce = context.config;

  return {
    sections: {
      limits: liveView(() => inForce.risk_limits),
      section: liveView(() => inForce.execution),
    },
    follow: ({ execution, promotion }) => {
      let facts: PromotionFacts | undefined;
      context.onPrepare((config) => {
        facts = promotion.factsOf(config);
        return execution.breachesOf(config.risk_limits);
      });
      context.onConfig((config, note) => {
        inForce = config;
        execution.onLimits();
        const change = { config, note, nowMs: Math.floor(context.clock.now()) };
        // Written when the swap is over: nobody waits for it.
        const written = Promise.resolve().then(() => recordChange(ledger, change));
        context.background('audit of the configuration', written);
        if (facts !== undefined) context.background('run record', promotion.change(facts));
      });
    },
  };
}
