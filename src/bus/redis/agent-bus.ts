import { ConfigError } from '#platform/errors.ts';
import type { AgentContext } from '#platform/lifecycle/agent-context.ts';
import { redisAddress, type RedisConfig } from '../config.ts';
import { busMetrics } from '../metrics.ts';
import { openBus } from './open-bus.ts';
import type { RedisBus } from './open-bus.ts';

/**
 * The bus of an agent, closed with it, and its check; `connection` is for whatever else of the agent
 * speaks to the same Redis.
 */
export async function openAgentBus(
  context: Pick<
    AgentContext<{ readonly redis: RedisConfig }>,
    'config' | 'clock' | 'log' | 'metrics' | 'instance' | 'stack' | 'addCheck'
  >,
) {
  const { config, clock, log, metrics, instance, stack } = context;
  const address = redisAddress(config.redis);
  if (address === undefined) throw new ConfigError('redis.url or redis.socket_path is missing');
  const connection = { ...address, instance, clock, log, limitMs: config.redis.limit_ms };
  const bus: RedisBus = await openBus({ ...connection, observer: busMetrics(metrics) });
  stack.adopt(bus, (open) => open.close());
  context.addCheck('redis', () => {
    const isOk = bus.isConnected();
    return { isOk, detail: isOk ? 'connected' : 'not connected' };
  });
  return { bus, address, connection };
}
