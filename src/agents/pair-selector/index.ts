/** The pair-selector agent as a process of its own (`coordinator.placement: apart`). */
import { runAgent } from '#platform/lifecycle/run-agent.ts';
import { spec } from './spec.ts';

await runAgent(spec);
