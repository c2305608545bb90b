/** Light agents in one process (`coordinator.placement: together`): it costs a third of three. */
import { z } from 'zod';
import type { AgentSpec } from '#platform/lifecycle/agent-context.ts';
import { startGuests } from '#platform/lifecycle/guest.ts';
import { runAgent } from '#platform/lifecycle/run-agent.ts';

const GUESTS = ['risk', 'pair-selector', 'sentiment'] as const;

await runAgent({
  name: 'together',
  config: z.looseObject({ together: z.array(z.enum(GUESTS)).min(1) }),
  start: async (context) => {
    const specs: AgentSpec<z.ZodType>[] = [];
    for (const guest of context.config.together) {
      const module = (await import(`../${guest}/spec.ts`)) as { spec: AgentSpec<z.ZodType> };
      specs.push(module.spec);
    }
    return startGuests(context as Parameters<typeof startGuests>[0], specs);
  },
});
