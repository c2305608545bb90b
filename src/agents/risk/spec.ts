/** What the risk agent is made of, for a process of its own or one shared with others. */
import { z } from 'zod';
import { RedisConfig, redisAddress } from '#bus/config.ts';
import { busMetrics } from '#bus/metrics.ts';
import { openBus } from '#bus/redis/open-bus.ts';
import { ConfigError } from '#platform/errors.ts';
import type { AgentSpec } from '#platform/lifecycle/agent-context.ts';
import { RiskAgentConfig } from './config.ts';

const Slice = z.looseObject({
  data_dir: z.string().min(1),
  redis: RedisConfig.prefault({}),
  risk_agent: RiskAgentConfig.prefault({}),
});

export const spec: AgentSpec<typeof Slice> = {
  name: 'risk',
  config: Slice,
  start: async (context) => {
    const { config, clock, log, metrics, instance, stack } = context;
    const address = redisAddress(config.redis);
    if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
    const bus = await openBus({
      ...address,
      instance,
      clock,
      log,
      limitMs: config.redis.limit_ms,
      observer: busMetrics(metrics),
    });
    stack.adopt(bus, (open) => open.close());
    context.addCheck('redis', () => {
      const isOk = bus.isConnected();
      return { isOk, detail: isOk ? 'connected' : 'not connected' };
    });
  },
};
