import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Decision } from '#core/model/decision.ts';
import { get } from '../http/get-route.ts';
import { RequestProblem } from '../http/problem.ts';
import { pageOf, pageQuery, pairQuery, timeMs } from '../http/query.ts';
import type { StoredDecision } from '#history/read-history.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';

const DecisionQuery = z.strictObject({
  pair: pairQuery.optional(),
  action: Decision.shape.action.optional(),
  /** By the close of the candle. */
  sinceMs: timeMs.optional(),
  untilMs: timeMs.optional(),
  ...pageQuery,
});

export function decisionRoutes(server: FastifyInstance, { history }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/decisions',
    tag: 'decisions',
    summary: 'What the committee decided at each candle close and why, newest close first',
    query: DecisionQuery,
    answer: pageOf(Decision),
    example: { items: [examples.decision] },
    handler: async ({ cursor, limit, ...filter }) => {
      const after = cursor === undefined ? undefined : placeOf(cursor);
      const found = await history.decisions({ ...filter, after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(({ decision }) => decision),
        ...(last === undefined ? {} : { nextCursor: cursorOf(last) }),
      };
    },
  });
}

const CURSOR = /^(\d{1,16})-(\d{1,16})$/;

function cursorOf({ decision, seq }: StoredDecision): string {
  return `${decision.closeMs}-${seq}`;
}

function placeOf(cursor: string): { closeMs: number; seq: number } {
  const [, closeMs, seq] = CURSOR.exec(cursor) ?? [];
  if (closeMs === undefined || seq === undefined) {
    throw new RequestProblem(400, 'a parameter is not as it should be', {
      errors: [{ parameter: 'cursor', detail: 'expected nextCursor of the page before' }],
    });
  }
  return { closeMs: Number(closeMs), seq: Number(seq) };
}
