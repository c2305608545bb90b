/** A gateway with tokens of every kind, and a coordinator that notes what it is asked. Nothing listens. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Role } from '#platform/access/role.ts';
import type { ApiToken } from '#platform/access/token-file.ts';
import { newTokenText, tokenHash } from '#platform/access/token-text.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { TransientError } from '#platform/errors.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { access } from './access/access.ts';
import { gateway } from './agent.ts';
import { GatewayConfig } from './config.ts';
import { gatewayMetrics } from './metrics.ts';

export const TEXTS = {
  viewer: newTokenText(),
  trader: newTokenText(),
  admin: newTokenText(),
  expired: newTokenText(),
  revoked: newTokenText(),
};
export type Holder = keyof typeof TEXTS;

const NOW = 1_800_000_000_000;

function token(name: Holder, role: Role, expiresMs: number | null = null): ApiToken {
  return { name, role, sha256: tokenHash(TEXTS[name]), createdMs: 0, createdBy: 'x', expiresMs };
}

const TOKENS = [
  token('viewer', 'viewer'),
  token('trader', 'trader'),
  token('admin', 'admin'),
  token('expired', 'admin', NOW - 1),
];

export interface Call {
  readonly method?: 'GET' | 'POST' | 'OPTIONS' | 'PUT';
  readonly path: string;
  readonly as?: Holder;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestGateway {
  readonly server: FastifyInstance;
  /** What the coordinator was asked, oldest first. */
  readonly asked: ControlRequest[];
  readonly call: (call: Call) => Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, unknown>>;
    readonly body: Readonly<Record<string, unknown>>;
  }>;
}

const Body = z.record(z.string(), z.unknown());

export async function testGateway(
  settings: Readonly<Record<string, unknown>> = {},
  answer: (request: ControlRequest) => unknown = done,
): Promise<TestGateway> {
  const clock = fakeClock(NOW);
  const config = GatewayConfig.parse({
    rate_limits: { reads_per_second: 0, writes_per_minute: 0, failures_per_minute: 0 },
    ...settings,
  });
  const asked: ControlRequest[] = [];
  const metrics = createMetrics({ agent: 'gateway', instance: 'gateway' });
  const server = await gateway({
    access: access({ config: () => config, clock, book: BOOK }),
    askDesk: async (request) => {
      asked.push(request);
      const body = await answer(request);
      return body === undefined ? undefined : { body };
    },
    bus: {
      all: async () => new Map(),
      get: async () => undefined,
      isConnected: () => true,
      backlog: async () => ({ waiting: 0, active: 0, dead: 0, oldestMs: 0 }),
    },
    cache: { get: async () => undefined },
    history: { decisions: async () => [] },
    ledger: {
      read: async () => {
        throw new TransientError('ledger-unavailable', 'the ledger cannot be read now');
      },
      stamp: async () => {
        throw new TransientError('ledger-unavailable', 'the ledger cannot be read now');
      },
      close: async () => undefined,
    },
    live: {
      quote: () => undefined,
      quotes: () => [],
      lastCandle: () => undefined,
      events: () => [],
      onEvent: () => undefined,
    },
    clock,
    log: silentLog(),
    config,
    settings: () => config,
    instance: 'gateway',
    metrics: gatewayMetrics(metrics),
    ownFamilies: () => metrics.families(),
    shownConfig: () => ({ mode: 'shadow' }),
  });
  return { server, asked, call: (call) => inject(server, call) };
}

const BOOK = {
  all: () => TOKENS,
  isStillGood: () => true,
  verify: (text: string) => {
    const found = TOKENS.find(({ sha256 }) => sha256 === tokenHash(text));
    if (found === undefined) return { kind: 'refused', why: 'unknown' } as const;
    if (found.expiresMs !== null) return { kind: 'refused', why: 'expired' } as const;
    return { kind: 'known', token: found } as const;
  },
};

function done(request: ControlRequest): unknown {
  if (request.kind !== 'command') return undefined;
  const { id } = z.looseObject({ id: z.string() }).parse(request.command);
  return { id, isDone: true, message: 'done' };
}

async function inject(server: FastifyInstance, { as, body, ...call }: Call) {
  const answer = await server.inject({
    method: call.method ?? 'POST',
    url: call.path,
    headers: {
      host: '127.0.0.1',
      ...(as === undefined ? {} : { authorization: `Bearer ${TEXTS[as]}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    ...(body === undefined
      ? {}
      : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const parsed = answer.headers['content-type']?.toString().includes('json') === true;
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: parsed ? Body.parse(answer.json()) : {},
  };
}
