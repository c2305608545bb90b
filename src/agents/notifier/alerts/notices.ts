/** From what happened to messages that wait: the policy decides, the memory keeps. */
import type { Alert } from '#core/alerts/alert.ts';
import type { Level } from '#core/alerts/level.ts';
import {
  acknowledge,
  admit,
  due,
  mute,
  type Outcome,
  type PolicySettings,
  type PolicyState,
} from '#core/alerts/policy.ts';
import type { Clock } from '#platform/clock/clock.ts';
import type { NotifierHooks } from '../ports.ts';
import { type CommitPorts, memory } from './commit.ts';
import type { NotifierState } from './notifier-state.ts';

export interface NoticesPorts extends CommitPorts {
  readonly clock: Clock;
  readonly settings: () => PolicySettings;
}

/** What came with an alert that its channels show beside the text. */
export interface Enclosed {
  readonly alert: Alert;
  readonly picture?: Uint8Array | undefined;
}

export interface Notices extends NotifierHooks {
  state(): NotifierState;
  /** `change` is what the caller has to remember about it: cursor, told positions. */
  take(came: readonly Enclosed[], change?: (state: NotifierState) => NotifierState): void;
  /** What is due by now; `isEnding`: everything that is gathered. */
  tick(isEnding?: boolean): void;
}

export function notices(ports: NoticesPorts): Notices {
  const { clock, metrics, log } = ports;
  const kept = memory(ports);
  const now = () => ({ settings: ports.settings(), nowMs: clock.now() });

  return {
    state: () => kept.state(),
    take: (came, change = (same) => same) => {
      const outcomes: { readonly level: Level; readonly outcome: Outcome }[] = [];
      kept.commit((before, telling) => {
        let { policy } = before;
        for (const { alert, picture } of came) {
          const step = admit(policy, alert, now());
          policy = step.state;
          outcomes.push({ level: alert.level, outcome: step.outcome });
          telling.push(...step.told.map((told) => ({ told, picture })));
        }
        return change(withPolicy(before, policy));
      });
      for (const { level, outcome } of outcomes) metrics.alert(level, outcome);
    },
    tick: (isEnding = false) => {
      kept.commit((before, telling) => {
        const step = due(before.policy, { ...now(), isEnding });
        telling.push(...step.told.map((told) => ({ told })));
        return withPolicy(before, step.state);
      });
    },
    mute: (untilMs, by) => {
      kept.commit((before) => withPolicy(before, mute(before.policy, untilMs)));
      log.info({ untilMs, by }, 'messages muted');
    },
    mutedUntilMs: () => {
      const { mutedUntilMs } = kept.state().policy;
      return mutedUntilMs !== null && mutedUntilMs > clock.now() ? mutedUntilMs : undefined;
    },
    acknowledge: (id, by) => {
      const policy = acknowledge(kept.state().policy, id);
      if (policy === undefined) return false;
      kept.commit((before) => withPolicy(before, policy));
      log.info({ message: id, by }, 'message acknowledged');
      return true;
    },
  };
}

function withPolicy(before: NotifierState, policy: PolicyState): NotifierState {
  return policy === before.policy ? before : { ...before, policy };
}
