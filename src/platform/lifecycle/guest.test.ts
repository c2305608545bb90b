import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLog } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { AgentContext, AgentSpec, CheckResult } from './agent-context.ts';
import type { ApplyConfig, PrepareConfig } from './config-swap.ts';
import { startGuests } from './guest.ts';

const NOTE = { by: 'ann', origin: 'test', reason: '', changes: [] };

function hostOf(config: unknown) {
  const checks = new Map<string, () => CheckResult>();
  const periodic: string[] = [];
  const work: unknown[] = [];
  const prepare: PrepareConfig<unknown>[] = [];
  const apply: ApplyConfig<unknown>[] = [];
  const metrics = createMetrics({ agent: 'host', instance: 'host' });
  const context = {
    config,
    agent: 'host',
    instance: 'host',
    log: silentLog(),
    logAs: () => silentLog(),
    metrics,
    background: () => undefined,
    every: ({ name }: { name: string }) => void periodic.push(name),
    addCheck: (name: string, check: () => CheckResult) => void checks.set(name, check),
    setWork: (now: unknown) => void work.push(now),
    onConfig: (one: ApplyConfig<unknown>) => void apply.push(one),
    onPrepare: (one: PrepareConfig<unknown>) => void prepare.push(one),
  } as unknown as AgentContext<unknown>;
  return {
    context,
    checks,
    periodic,
    work,
    metrics,
    swap: async (next: unknown) => {
      const warnings: string[] = [];
      for (const one of prepare) warnings.push(...(await one(next)));
      for (const one of apply) one(next, NOTE);
      return warnings;
    },
  };
}

const Slice = z.looseObject({ limit: z.int() });

function guest(name: string, seen: string[] = []): AgentSpec<z.ZodType> {
  return {
    name,
    config: Slice,
    start: (given) => {
      const context = given as AgentContext<z.output<typeof Slice>>;
      const { config } = context;
      seen.push(`${name} starts with ${config.limit}`);
      context.metrics.counter({ name: 'shared_total', help: 'Said by each of them.' }).inc();
      context.addCheck('redis', () => ({ isOk: true, detail: name }));
      context.every({ name: 'look', intervalMs: 1_000, run: () => undefined });
      context.setWork({ inHand: 1, waiting: 2 });
      context.onPrepare(({ limit }) => [`${name} would have ${limit}`]);
      context.onConfig(({ limit }) => void seen.push(`${name} has ${limit}`));
      return Promise.resolve({ close: () => void seen.push(`${name} closes`) });
    },
  };
}

describe('agents that share a process', () => {
  it('keep their own names for checks and periodic work', async () => {
    const host = hostOf({ limit: 1 });

    await startGuests(host.context, [guest('risk'), guest('sentiment')]);

    expect([...host.checks.keys()]).toEqual(['risk: redis', 'sentiment: redis']);
    expect(host.checks.get('sentiment: redis')?.().detail).toBe('sentiment');
    expect(host.periodic).toEqual(['risk look', 'sentiment look']);
  });

  it('count into one family what both declare, and add up their work', async () => {
    const host = hostOf({ limit: 1 });

    await startGuests(host.context, [guest('risk'), guest('sentiment')]);

    expect(await host.metrics.text()).toContain(
      'nightdesk_shared_total{agent="host",instance="host"} 2',
    );
    expect(host.work.at(-1)).toEqual({ inHand: 2, waiting: 4 });
  });

  it('each get their slice of a new configuration, and may warn of it', async () => {
    const seen: string[] = [];
    const host = hostOf({ limit: 1 });
    await startGuests(host.context, [guest('risk', seen), guest('sentiment', seen)]);

    const warnings = await host.swap({ limit: 7 });

    expect(warnings).toEqual(['risk would have 7', 'sentiment would have 7']);
    expect(seen.slice(2)).toEqual(['risk has 7', 'sentiment has 7']);
    await expect(host.swap({ limit: 'many' })).rejects.toThrow('does not fit the agent risk');
  });

  it('close in reverse, all of them although one fails', async () => {
    const seen: string[] = [];
    const broken: AgentSpec<z.ZodType> = {
      name: 'broken',
      config: Slice,
      start: () =>
        Promise.resolve({
          close: () => {
            throw new Error('stuck');
          },
        }),
    };
    const { context } = hostOf({ limit: 1 });
    const handle = await startGuests(context, [guest('risk', seen), broken, guest('last', seen)]);

    await expect(handle.close()).rejects.toThrow('did not close cleanly');

    expect(seen.slice(2)).toEqual(['last closes', 'risk closes']);
  });

  it('do not start when one of them cannot', async () => {
    const { context } = hostOf({ limit: 'none' });

    await expect(startGuests(context, [guest('risk')])).rejects.toThrow('limit');
  });
});
