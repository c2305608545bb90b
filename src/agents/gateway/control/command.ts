import {
  OperatorCommandResult,
  raisesRisk,
  type OperatorCommand,
} from '#core/model/operator-command.ts';
import { mayActAs } from '#platform/access/role.ts';
import { RequestProblem } from '../http/problem.ts';
import type { Acting } from '../http/post-route.ts';
import { refusalProblem } from '../access/guard.ts';
import { askCoordinator } from './ask-coordinator.ts';
import type { ControlPorts } from './ports.ts';

export type CommandWish = Pick<OperatorCommand, 'kind' | 'reason' | 'pair' | 'order'>;

/**
 * Sends a command to execution the way the command line does: by the control socket, in the token's
 * name. A refusal is a 409 in execution's words.
 */
export async function command(
  ports: ControlPorts,
  acting: Acting,
  wish: CommandWish,
): Promise<{ readonly status: 200 | 202; readonly body: OperatorCommandResult }> {
  assertMayRaiseRisk(ports, acting, wish);
  const result = await ports.once(acting, wish, {
    act: (id) => send(ports, { acting, wish, id }),
    isFinal: ({ isPending }) => isPending !== true,
  });
  if (result.isDone) return { status: 200, body: result };
  if (result.isPending === true) return { status: 202, body: result };
  throw new RequestProblem(409, result.message);
}

function assertMayRaiseRisk(ports: ControlPorts, { token }: Acting, wish: CommandWish): void {
  if (!raisesRisk(wish) || ports.settings().traders_may_raise_risk) return;
  if (mayActAs(token.role, 'admin')) return;
  ports.metrics.refusals.inc({ reason: 'role' });
  const { kind: asked } = wish;
  ports.log.warn({ asked, why: 'role', caller: token.name }, 'refused');
  throw refusalProblem({
    kind: 'refused',
    why: 'role',
    status: 403,
    detail: `this raises risk: it needs the role admin; the token "${token.name}" is a ${token.role} (gateway.traders_may_raise_risk)`,
  });
}

async function send(
  ports: ControlPorts,
  {
    acting,
    wish,
    id,
  }: { readonly acting: Acting; readonly wish: CommandWish; readonly id: string },
): Promise<OperatorCommandResult> {
  const { token, address } = acting;
  const issuedMs = ports.clock.now();
  const asked: OperatorCommand = {
    ...wish,
    id,
    by: `api:${token.name}`,
    origin: address,
    issuedMs,
  };
  return await askCoordinator(ports, { kind: 'command', command: asked }, OperatorCommandResult);
}
