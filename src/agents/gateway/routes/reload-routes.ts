/** The configuration by the API: what would change, changing it, what was changed and by whom. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ConfigHistoryPage, ReloadResult } from '#core/model/reload.ts';
import type { ControlRequest } from '#platform/lifecycle/control.ts';
import { askCoordinator } from '../control/ask-coordinator.ts';
import type { ControlPorts } from '../control/ports.ts';
import { get } from '../http/get-route.ts';
import { post, type Acting } from '../http/post-route.ts';
import { RequestProblem } from '../http/problem.ts';
import { wholeNumberOr } from '../http/query.ts';
import { isWellFormed } from '../http/well-formed.ts';
import * as examples from './examples.ts';
import { reason } from './reason.ts';

/** Tells what would happen and changes nothing. */
const isDryRun = z.boolean().default(false);

const Reload = z.strictObject({ isDryRun, reason });
const Rollback = z.strictObject({ version: z.int().min(1), isDryRun, reason });
const Settings = z.strictObject({
  /** Values by dotted key. */
  settings: z
    .record(z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/, 'expected a dotted key'), z.unknown())
    .refine((settings) => Object.keys(settings).length > 0, 'expected at least one setting')
    .refine((settings) => isWellFormed(settings), 'expected well-formed Unicode, at most ten deep'),
  isDryRun,
  reason,
});

const WHY = { reason: 'calmer nights' };
const COMMON = {
  tag: 'configuration',
  needs: 'admin',
  answer: ReloadResult,
  answerExample: examples.reloadResult,
} as const;

type Wish = Extract<ControlRequest, { kind: 'reload' | 'rollback' | 'set-config' }>;
type Without<T> = T extends unknown ? Omit<T, 'by' | 'origin'> : never;

export function reloadRoutes(server: FastifyInstance, ports: ControlPorts): void {
  post(server, {
    ...COMMON,
    path: '/api/v1/control/reload',
    summary: 'Read the configuration files again, and apply what changed: all of it or nothing',
    body: Reload,
    bodyExample: { isDryRun: true, ...WHY },
    handler: (wish, acting) => change(ports, acting, { kind: 'reload', ...wish }),
  });
  post(server, {
    ...COMMON,
    path: '/api/v1/control/config',
    summary: 'Set single keys over the configuration files: all of them or none',
    body: Settings,
    bodyExample: { settings: { 'risk_limits.open_positions_max': 3 }, ...WHY },
    handler: (wish, acting) => change(ports, acting, { kind: 'set-config', ...wish }),
  });
  post(server, {
    ...COMMON,
    path: '/api/v1/control/rollback',
    summary: 'Go back to an earlier version of the configuration',
    body: Rollback,
    bodyExample: { version: 3, ...WHY },
    handler: (wish, acting) => change(ports, acting, { kind: 'rollback', ...wish }),
  });
  get(server, {
    path: '/api/v1/config/history',
    tag: 'configuration',
    summary: 'Versions of the configuration: what changed, who and why, newest first',
    query: z.strictObject({ limit: wholeNumberOr(20, 1, 200) }),
    answer: ConfigHistoryPage,
    example: examples.configHistory,
    handler: ({ limit }) =>
      askCoordinator(ports, { kind: 'config-history', limit }, ConfigHistoryPage),
  });
}

/** What cannot be applied changes nothing, and says why. */
async function change(
  ports: ControlPorts,
  acting: Acting,
  wish: Without<Wish>,
): Promise<{ readonly status: 200; readonly body: ReloadResult }> {
  const { token, address: origin } = acting;
  const body = await ports.once(acting, wish, {
    act: () => askCoordinator(ports, { ...wish, by: `api:${token.name}`, origin }, ReloadResult),
    isFinal: () => true,
  });
  if (body.problems.length === 0 || wish.isDryRun) return { status: 200, body };
  throw new RequestProblem(422, 'nothing was changed: the configuration has problems', {
    errors: body.problems.map((detail) => ({ parameter: 'config', detail })),
  });
}
