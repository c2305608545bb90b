import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Role } from '#platform/access/role.ts';
import { TokenName } from '#platform/access/token-file.ts';
import type { Access } from '../access/access.ts';
import { callerOf } from '../access/guard.ts';
import { NoQuery, get } from '../http/get-route.ts';
import { listOf } from '../http/query.ts';
import * as examples from './examples.ts';

const Caller = z.strictObject({
  /** Absent without a token. */
  name: TokenName.optional(),
  role: Role,
  expiresMs: z.int().nullable().optional(),
});

const ShownToken = z.strictObject({
  name: TokenName,
  role: Role,
  createdMs: z.int(),
  createdBy: z.string(),
  /** Null never ends. */
  expiresMs: z.int().nullable(),
  /** Absent when it was not used since the gateway started. */
  lastUsedMs: z.int().optional(),
});

export function accessRoutes(
  server: FastifyInstance,
  { access }: { readonly access: Access },
): void {
  get(server, {
    path: '/api/v1/whoami',
    tag: 'access',
    summary: 'Who asks, as far as the token says',
    query: NoQuery,
    answer: Caller,
    example: { name: 'grafana', role: 'viewer', expiresMs: null },
    handler: async (_query, request) => {
      const token = callerOf(request);
      if (token === undefined) return { role: 'viewer' as const };
      return { name: token.name, role: token.role, expiresMs: token.expiresMs };
    },
  });
  get(server, {
    path: '/api/v1/tokens',
    tag: 'access',
    summary: 'Every API token and when it was last used',
    needs: 'admin',
    query: NoQuery,
    answer: listOf(ShownToken),
    example: { items: [examples.token] },
    handler: async () => ({
      items: access.tokens().map(({ token, lastUsedMs }) => ({
        name: token.name,
        role: token.role,
        createdMs: token.createdMs,
        createdBy: token.createdBy,
        expiresMs: token.expiresMs,
        ...(lastUsedMs === undefined ? {} : { lastUsedMs }),
      })),
    }),
  });
}
