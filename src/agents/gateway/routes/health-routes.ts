import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { account, agents, desk } from '#bus/states.ts';
import { AgentState, AgentStatus } from '#core/model/agent-status.ts';
import { Halt } from '#core/model/halt.ts';
import { TransientError } from '#platform/errors.ts';
import { NoQuery, get } from '../http/get-route.ts';
import { listOf } from '../http/query.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';

const Health = z.strictObject({
  status: z.enum(['ok', 'degraded', 'down']),
  /** 0 to 100, from the coordinator; absent while Redis is away. */
  healthScore: z.number().optional(),
  mode: z.string().optional(),
  /** Why production runs without a valid promotion. */
  override: z.string().optional(),
  exchange: z.string().optional(),
  sinceMs: z.int().optional(),
  redis: z.boolean(),
  ledger: z.boolean(),
  halts: z.array(Halt),
  agents: z.array(
    z.strictObject({ instance: z.string(), state: AgentState, healthScore: z.number() }),
  ),
});
type Health = z.output<typeof Health>;

// Below this the coordinator sees an agent in trouble.
const HEALTHY_SCORE = 80;

export function healthRoutes(server: FastifyInstance, ports: GatewayPorts): void {
  get(server, {
    path: '/healthz',
    tag: 'health',
    summary: 'The gateway itself answers',
    needs: 'open',
    query: NoQuery,
    answer: z.strictObject({ status: z.literal('ok') }),
    example: { status: 'ok' },
    handler: async () => ({ status: 'ok' as const }),
  });
  get(server, {
    path: '/readyz',
    tag: 'health',
    summary: 'The desk can be asked: Redis, ledger and coordinator are there',
    needs: 'open',
    query: NoQuery,
    answer: z.strictObject({ status: z.literal('ready') }),
    example: { status: 'ready' },
    handler: async () => {
      const health = await readHealth(ports);
      if (!health.redis || !health.ledger || health.healthScore === undefined) {
        const { redis, ledger } = health;
        throw new TransientError('not-ready', 'the desk is not ready', {
          details: { redis, ledger },
        });
      }
      return { status: 'ready' as const };
    },
  });
  get(server, {
    path: '/api/v1/health',
    tag: 'health',
    summary: 'Health of the desk and of each agent',
    query: NoQuery,
    answer: Health,
    example: { ...examples.health, halts: [examples.halt], agents: [...examples.health.agents] },
    handler: () => readHealth(ports),
  });
  get(server, {
    path: '/api/v1/agents',
    tag: 'health',
    summary: 'Every process of the desk as the coordinator sees it',
    query: NoQuery,
    answer: listOf(AgentStatus),
    example: { items: [examples.agent] },
    handler: async () => ({ items: [...(await ports.bus.all(agents)).values()].toSorted(byName) }),
  });
}

async function readHealth({ bus, ledger }: GatewayPorts): Promise<Health> {
  const hasLedger = ledger
    .read((reader) => reader.meta())
    .then(
      () => true,
      () => false,
    );
  const picture = await readStates(bus);
  const { whole, processes, halts } = picture ?? { whole: undefined, processes: [], halts: [] };
  return {
    status: statusOf(picture !== undefined && (await hasLedger), whole?.healthScore),
    ...(whole === undefined
      ? {}
      : {
          healthScore: whole.healthScore,
          mode: whole.mode,
          ...(whole.override === undefined ? {} : { override: whole.override }),
          exchange: whole.exchange,
          sinceMs: whole.sinceMs,
        }),
    redis: picture !== undefined,
    ledger: await hasLedger,
    halts: [...halts],
    agents: processes.map(({ instance, state, healthScore }) => ({ instance, state, healthScore })),
  };
}

/** Undefined while Redis is away: health is the one answer that has to come also then. */
async function readStates(bus: GatewayPorts['bus']) {
  try {
    const [whole, processes, accounts] = await Promise.all([
      bus.get(desk, 'current'),
      bus.all(agents),
      bus.all(account),
    ]);
    return {
      whole,
      processes: [...processes.values()].toSorted(byName),
      halts: [...accounts.values()].flatMap((one) => one.halts),
    };
  } catch (error) {
    if (error instanceof TransientError) return undefined;
    throw error;
  }
}

function statusOf(isReadable: boolean, score: number | undefined): Health['status'] {
  if (score === undefined || score === 0) return 'down';
  return isReadable && score >= HEALTHY_SCORE ? 'ok' : 'degraded';
}

function byName(a: AgentStatus, b: AgentStatus): number {
  return a.instance.localeCompare(b.instance, 'en', { numeric: true });
}
