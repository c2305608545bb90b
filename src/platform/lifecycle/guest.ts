/**
 * Several agents in one process: each gets a context of its own that shares what the process has one
 * of. Metrics carry the agent the process is called after; log lines and checks carry the guest.
 */
import type { z } from 'zod';
import { assert } from '../errors.ts';
import { sharedMetrics } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { AgentContext, AgentHandle, AgentSpec } from './agent-context.ts';
import type { ApplyConfig, PrepareConfig } from './config-swap.ts';
import { parseSlice } from './init-config.ts';

/** Starts every spec, in order; the handle closes them in reverse. One that cannot start ends all. */
export async function startGuests(
  host: AgentContext<unknown>,
  specs: readonly AgentSpec<z.ZodType>[],
): Promise<AgentHandle> {
  const metrics = sharedMetrics(host.metrics);
  const work = new Map<string, { readonly inHand: number; readonly waiting: number }>();
  const handles: AgentHandle[] = [];
  for (const spec of specs) {
    const handle = await spec.start(guestContext(host, spec, { metrics, work }));
    if (handle !== undefined) handles.push(handle);
  }
  return {
    close: async () => {
      const failures: unknown[] = [];
      for (const handle of handles.toReversed()) {
        try {
          await handle.close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'agents did not close cleanly');
    },
  };
}

interface Shared {
  readonly metrics: Metrics;
  readonly work: Map<string, { readonly inHand: number; readonly waiting: number }>;
}

function guestContext(
  host: AgentContext<unknown>,
  spec: AgentSpec<z.ZodType>,
  { metrics, work }: Shared,
): AgentContext<unknown> {
  const { name } = spec;
  return {
    ...host,
    config: parseSlice(name, spec.config, host.config),
    agent: name,
    instance: name,
    log: host.logAs(name),
    metrics,
    background: (task, promise) => host.background(`${name} ${task}`, promise),
    every: (task) => host.every({ ...task, name: `${name} ${task.name}` }),
    addCheck: (check, look) => host.addCheck(`${name}: ${check}`, look),
    setWork: (own) => {
      work.set(name, own);
      const all = [...work.values()];
      host.setWork({
        inHand: all.reduce((sum, { inHand }) => sum + inHand, 0),
        waiting: all.reduce((sum, { waiting }) => sum + waiting, 0),
      });
    },
    onRequest: () => assert(false, 'an agent that shares a process answers no requests', { name }),
    ...configOf(host, spec),
    // The process is ready when all are.
    ready: () => undefined,
  };
}

/** The guest's slice is parsed once, at prepare; the swap gives the same object. */
function configOf(
  host: AgentContext<unknown>,
  spec: AgentSpec<z.ZodType>,
): Pick<AgentContext<unknown>, 'onConfig' | 'onPrepare'> {
  const applies: ApplyConfig<unknown>[] = [];
  const looks: PrepareConfig<unknown>[] = [];
  let next: unknown;
  host.onPrepare(async (whole) => {
    next = parseSlice(spec.name, spec.config, whole);
    const warnings: string[] = [];
    for (const look of looks) warnings.push(...(await look(next)));
    return warnings;
  });
  host.onConfig((_whole, note) => {
    for (const apply of applies) apply(next, note);
  });
  return {
    onConfig: (apply) => void applies.push(apply),
    onPrepare: (look) => void looks.push(look),
  };
}
