import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { wireName, type QueueContract } from '#bus/contract.ts';
import { evaluations, intents, records } from '#bus/queues.ts';
import { account, metrics, positions } from '#bus/states.ts';
import { AccountSummary } from '#core/model/account.ts';
import { Position } from '#core/model/position.ts';
import { TransientError } from '#platform/errors.ts';
import { NoQuery, get } from '../http/get-route.ts';
import { listOf } from '../http/query.ts';
import { METRICS_TYPE, mergeMetrics } from '../merge-metrics.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';

const QueueDepth = z.strictObject({
  queue: z.string(),
  waiting: z.int(),
  waitingMax: z.int(),
  active: z.int(),
  /** In the dead-letter list. */
  dead: z.int(),
  /** Age of the oldest waiting job. */
  oldestMs: z.number(),
});

export function deskRoutes(server: FastifyInstance, ports: GatewayPorts): void {
  const { bus, shownConfig } = ports;
  get(server, {
    path: '/api/v1/account',
    tag: 'account',
    summary: 'Cash, positions, equity, drawdown and halts of each account',
    query: NoQuery,
    answer: listOf(AccountSummary),
    example: { items: [examples.account] },
    handler: async () => ({ items: [...(await bus.all(account)).values()] }),
  });
  get(server, {
    path: '/api/v1/positions',
    tag: 'account',
    summary: 'Open positions with their stops',
    query: NoQuery,
    answer: listOf(Position),
    example: { items: [examples.position] },
    handler: async () => ({ items: [...(await bus.all(positions)).values()] }),
  });
  get(server, {
    path: '/api/v1/queues',
    tag: 'desk',
    summary: 'Work that waits, is in hand, or could not be done',
    query: NoQuery,
    answer: listOf(QueueDepth),
    example: { items: [examples.queue] },
    handler: async () => ({
      items: await Promise.all([depth(bus, evaluations), depth(bus, intents), depth(bus, records)]),
    }),
  });
  get(server, {
    path: '/api/v1/config',
    tag: 'desk',
    summary: 'The effective config, secrets hidden',
    query: NoQuery,
    answer: z.record(z.string(), z.unknown()),
    example: { mode: 'shadow', exchange: { name: 'practice', api_key: '********' } },
    handler: async () => shownConfig(),
  });
  const schema = {
    tags: ['desk'],
    summary: 'Metrics of every process, for Prometheus',
    response: {
      200: {
        description: 'Prometheus text format',
        content: {
          'text/plain': {
            schema: { type: 'string' },
            example: 'nightdesk_desk_info{mode="shadow"} 1',
          },
        },
      },
    },
    'x-needs': 'viewer',
  };
  server.get(
    '/metrics',
    { schema, config: { needs: 'viewer' }, serializerCompiler: () => String },
    async (_request, reply) => {
      const text = await mergeMetrics(await families(ports), () => ports.metrics.unmerged.inc());
      return reply.type(METRICS_TYPE).send(text);
    },
  );
}

async function depth<T>(
  bus: GatewayPorts['bus'],
  queue: QueueContract<T>,
): Promise<z.output<typeof QueueDepth>> {
  const now = await bus.backlog(queue);
  return { queue: wireName(queue), waitingMax: queue.maxWaiting, ...now };
}

/** Our own families as they are now, the others' as they were last published. */
async function families(ports: GatewayPorts): Promise<(readonly unknown[])[]> {
  const own = await ports.ownFamilies();
  try {
    const others = await ports.bus.all(metrics);
    return [
      own,
      ...[...others.values()]
        .filter(({ instance }) => instance !== ports.instance)
        .map((published) => published.families),
    ];
  } catch (error) {
    // Without Redis our own metrics still say that it is away.
    if (error instanceof TransientError) return [own];
    throw error;
  }
}
