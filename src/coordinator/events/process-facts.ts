import type { CoordinatorFact } from '#core/model/coordinator-event.ts';
import type { AgentPlan, Observed } from '../supervisor.ts';

/** What a supervisor saw, as an event; nothing for what happens all the time. */
export function processFact(
  { agent, instance }: Pick<AgentPlan, 'agent' | 'instance'>,
  what: Observed,
): CoordinatorFact | undefined {
  switch (what.kind) {
    case 'restart':
      return { kind: 'agent.failed', agent, instance, verdict: what.verdict };
    case 'recovered':
      return { kind: 'agent.recovered', agent, instance, afterMs: what.afterMs };
    case 'crash-loop':
      return { kind: 'agent.crash-loop', agent, instance, deaths: what.deaths };
    case 'malformed':
    case 'dropped':
      return undefined;
  }
}
