/** The fleet of a desk: how each agent is launched, and where goes what is heard of it. */
import type { Clock } from '#platform/clock/clock.ts';
import type { Log } from '#platform/log/log.ts';
import { freshRandom } from '#platform/random.ts';
import { absentAgents, agentPlan } from './agent-plans.ts';
import type { SupervisedAgent } from './agent-plans.ts';
import { launcher } from './child.ts';
import type { DeskSettings } from './desk-settings.ts';
import type { EventJournal } from './events/event-journal.ts';
import { processFact } from './events/process-facts.ts';
import type { Figures } from './figures.ts';
import { Fleet } from './fleet.ts';
import type { FleetPorts } from './fleet.ts';
import type { LogRouter } from './logs/log-router.ts';
import type { SupervisorPorts } from './supervisor.ts';

export interface DeskFleetPorts extends Pick<FleetPorts, 'onReady' | 'onEnded'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly router: Pick<LogRouter, 'line'>;
  readonly journal: Pick<EventJournal, 'emit'>;
  readonly figures: Pick<Figures, 'keep' | 'observe'>;
  readonly onProcessChange: SupervisorPorts['onProcessChange'];
}

export function deskFleet(settings: DeskSettings, ports: DeskFleetPorts): Fleet {
  const { clock, log, router, journal, figures } = ports;
  const { slice, ...started } = settings.now();
  const planOptions = {
    ...started,
    config: () => settings.now().slice.coordinator,
    childConfig: (agent: SupervisedAgent) => settings.childConfig(agent),
  };
  const supervisor: FleetPorts['supervisor'] = {
    clock,
    log,
    random: freshRandom(),
    launch: launcher(clock),
    onLine: (plan, _stream, line) => router.line(plan, line),
    onMetrics: figures.keep,
    onProcessChange: ports.onProcessChange,
    onObserved: (plan, what) => {
      figures.observe(plan, what);
      const fact = processFact(plan, what);
      if (fact !== undefined) journal.emit(fact);
    },
  };
  return new Fleet(
    {
      ...ports,
      supervisor,
      plan: (agent, instance) => agentPlan(agent, instance, planOptions),
    },
    { absent: absentAgents(slice) },
  );
}
