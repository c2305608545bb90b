/**
 * What a person does by hand, for programs. Everything goes by the control socket to the
 * coordinator and from there to execution, so it works with Redis down; execution writes who did it.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ManualOrder, OperatorCommandResult } from '#core/model/operator-command.ts';
import { Pair } from '#core/model/pair.ts';
import { command } from '../control/command.ts';
import type { ControlPorts } from '../control/ports.ts';
import { post } from '../http/post-route.ts';
import { reason } from './reason.ts';

const Reasoned = z.strictObject({ reason });
const Close = z.strictObject({ pair: Pair, reason });

const [Buy, Sell] = ManualOrder.options;
const Order = z.discriminatedUnion('side', [Buy.extend({ reason }), Sell.extend({ reason })]);

const WHY = { reason: 'the news at noon' };
const ID = '0b0c7d5e-3a9a-4d0e-9f55-0d6a5f2c1a11';

const KEPT = {
  id: ID,
  isDone: false,
  isPending: true,
  message: 'execution is down: the command is kept and will be carried out when execution is back',
} as const;

interface Simple {
  readonly kind: 'pause' | 'resume' | 'flatten' | 'kill-switch';
  readonly summary: string;
  readonly message: string;
}

const SIMPLE: readonly Simple[] = [
  {
    kind: 'pause',
    summary: 'Take no new entries; exits and stops go on',
    message: 'no new entries until resumed',
  },
  {
    kind: 'resume',
    summary: 'Take entries again (raises risk: admin, or gateway.traders_may_raise_risk)',
    message: 'entries are taken again',
  },
  {
    kind: 'flatten',
    summary: 'Cancel all orders, sell every position, and pause',
    message: 'selling 2 positions; no new entries until resumed',
  },
  {
    kind: 'kill-switch',
    summary: 'Emergency stop: cancel and sell everything, stay down until resume',
    message: 'killed: selling 2 positions, nothing new until resumed',
  },
];

export function controlRoutes(server: FastifyInstance, ports: ControlPorts): void {
  for (const { kind, summary, message } of SIMPLE) {
    post(server, {
      path: `/api/v1/control/${kind}`,
      tag: 'control',
      summary,
      needs: 'trader',
      limit: kind === 'kill-switch' ? 'urgent' : 'write',
      body: Reasoned,
      bodyExample: WHY,
      answer: OperatorCommandResult,
      answerExample: { id: ID, isDone: true, message },
      pendingExample: KEPT,
      handler: (wish, acting) => command(ports, acting, { kind, ...wish }),
    });
  }
  post(server, {
    path: '/api/v1/control/close',
    tag: 'control',
    summary: 'Cancel the orders of a pair and sell its position',
    needs: 'trader',
    body: Close,
    bodyExample: { pair: 'BTC/USDT', ...WHY },
    answer: OperatorCommandResult,
    answerExample: { id: ID, isDone: true, message: 'BTC/USDT: selling 0.01 BTC' },
    pendingExample: KEPT,
    handler: (wish, acting) => command(ports, acting, { kind: 'close', ...wish }),
  });
  post(server, {
    path: '/api/v1/control/order',
    tag: 'control',
    summary:
      'Order by hand, through the same gate as any: buy by risk (raises risk: admin, or gateway.traders_may_raise_risk), or sell a share',
    needs: 'trader',
    body: Order,
    bodyExample: { side: 'buy', pair: 'BTC/USDT', stopDistanceFraction: 0.02, ...WHY },
    answer: OperatorCommandResult,
    answerExample: { id: ID, isDone: true, message: 'BTC/USDT: buying for 250 USDT' },
    pendingExample: KEPT,
    handler: ({ reason: why, ...order }, acting) =>
      command(ports, acting, { kind: 'order', order, reason: why }),
  });
}
