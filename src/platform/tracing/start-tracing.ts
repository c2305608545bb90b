import type { AgentContext } from '../lifecycle/agent-context.ts';
import type { TracingConfig } from './config.ts';
import { tracingMetrics } from './metrics.ts';
import { NO_TRACING, type Tracing } from './tracing.ts';

type Traced = Pick<
  AgentContext<{ readonly tracing: TracingConfig }>,
  'config' | 'agent' | 'instance' | 'clock' | 'metrics' | 'stack'
>;

/** The tracing of a process: off, and then nothing of the SDK is loaded, unless the config says so. */
export async function startTracing(context: Traced): Promise<Tracing> {
  const { config, stack, metrics } = context;
  const { endpoint, enabled } = config.tracing;
  if (!enabled || endpoint === null) return NO_TRACING;
  const { openTracing } = await import('./open-tracing.ts');
  const tracing = openTracing({
    ...context,
    config: { ...config.tracing, endpoint },
    metrics: tracingMetrics(metrics),
  });
  return stack.adopt(tracing, (open) => open.close());
}
