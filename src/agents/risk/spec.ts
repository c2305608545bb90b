/** What the risk agent is made of, for a process of its own or one shared with others. */
import { join } from 'node:path';
import { z } from 'zod';
import { RedisConfig } from '#bus/config.ts';
import { openAgentBus } from '#bus/redis/agent-bus.ts';
import { deskEvents } from '#bus/topics.ts';
import { CacheConfig } from '#cache/config.ts';
import { openSharedCache } from '#cache/open-shared-cache.ts';
import { sharedCacheMetrics } from '#cache/shared-metrics.ts';
import { RiskLimits } from '#core/risk/config.ts';
import { liveView } from '#platform/config/live-view.ts';
import { TransientError } from '#platform/errors.ts';
import type { AgentSpec } from '#platform/lifecycle/agent-context.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { startRisk } from './agent.ts';
import { RiskAgentConfig } from './config.ts';
import { Days, openDayRecord } from './day-record.ts';
import { deskHand } from './desk-hand.ts';
import { keptFile } from '#platform/files/kept-file.ts';
import { KeptMemory, openRiskMemory } from './kept-memory.ts';
import { openLastPrices } from './last-prices.ts';
import { riskMetrics } from './metrics.ts';
import { hearResume } from './resume-record.ts';

const Slice = z.looseObject({
  mode: z.enum(['shadow', 'production']),
  data_dir: z.string().min(1),
  redis: RedisConfig.prefault({}),
  cache: CacheConfig.prefault({}),
  risk_limits: RiskLimits.prefault({}),
  risk_agent: RiskAgentConfig.prefault({}),
});

export const spec: AgentSpec<typeof Slice> = {
  name: 'risk',
  config: Slice,
  start: async (context) => {
    const { config, clock, log, metrics: registry, stack } = context;
    const { bus, connection } = await openAgentBus(context);
    const cache = openSharedCache({
      ...connection,
      config: config.cache,
      observer: sharedCacheMetrics(registry),
    });
    stack.adopt(cache, (open) => open.close());
    const prices = await openLastPrices({ bus, clock });
    stack.use(prices);
    const dataDir = config.data_dir;
    let inForce = config;
    context.onConfig((next) => {
      inForce = next;
    });
    const metrics = riskMetrics(registry);
    const account = config.mode === 'production' ? 'live' : 'shadow';
    // Each account has its own: what shadow lost is no loss of the other.
    const folder = join(dataDir, 'risk', account);
    const file = keptFile(join(folder, 'memory.json'), KeptMemory, log);
    const memory = openRiskMemory(file, clock.now());
    stack.use(
      await bus.subscribe(deskEvents, ({ event }) => hearResume(event, { memory, clock, log })),
    );
    startRisk({
      context,
      bus,
      cache,
      config: liveView(() => inForce.risk_agent),
      limits: liveView(() => inForce.risk_limits),
      account,
      days: openDayRecord(keptFile(join(folder, 'days.json'), Days, log)),
      memory,
      prices,
      metrics,
      hand: deskHand({
        clock,
        log,
        metrics,
        memory,
        cooldownMs: () => inForce.risk_agent.alert_cooldown_minutes * 60_000,
        ask: async (request) => {
          const answer = await askDesk(request, { dataDir, clock });
          if (answer === undefined) throw new TransientError('desk-down', 'no coordinator answers');
          return answer.body;
        },
      }),
    });
  },
};
