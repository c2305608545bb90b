/** What risk and pair-selector said last, as it stands in their states. */
import type { FastifyInstance } from 'fastify';
import { risk, universe } from '#bus/states.ts';
import { RiskState } from '#core/model/risk-state.ts';
import { Universe } from '#core/model/universe.ts';
import { NoQuery, get } from '../http/get-route.ts';
import { RequestProblem } from '../http/problem.ts';
import type { GatewayPorts } from '../ports.ts';

const AT_MS = 1_767_787_200_000;

const RISK = RiskState.parse({
  atMs: AT_MS,
  level: 'warn',
  reasons: ['value-at-risk 5.17 % is over 5.00 %: warn'],
  accountScaler: 1,
  pairs: [
    {
      pair: 'BTC/USDT',
      volatility: 0.031,
      dailyVolumeQuote: 372_188_018,
      scalers: { volatility: 1, correlation: 0.97, concentration: 1, liquidity: 1 },
      capFraction: 0.19,
    },
  ],
  correlations: [],
  limits: [
    {
      name: 'value-at-risk',
      scope: 'account',
      value: 0.0517,
      bound: 0.05,
      level: 'warn',
      sinceMs: AT_MS,
    },
  ],
  figures: { var_now: 0.0499, var_historical: 0.0707, exposure: 0.21 },
});

export function agentStateRoutes(server: FastifyInstance, { bus }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/risk',
    tag: 'desk',
    summary: 'The portfolio as the risk agent sees it: level, limits, scalers, figures',
    canBeMissing: true,
    query: NoQuery,
    answer: RiskState,
    example: RISK,
    handler: async () =>
      found(await bus.get(risk, 'current'), 'the risk agent has said nothing yet'),
  });
  get(server, {
    path: '/api/v1/universe',
    tag: 'market',
    summary: 'The pairs the desk follows, and the chain that chose them',
    canBeMissing: true,
    query: NoQuery,
    answer: Universe,
    example: Universe.parse({
      atMs: AT_MS,
      version: 3,
      pairs: [{ pair: 'BTC/USDT', standing: 'trade', sinceMs: AT_MS, why: 'static' }],
      chain: [{ step: 'static', in: 0, out: 1, removed: [] }],
    }),
    handler: async () =>
      found(await bus.get(universe, 'current'), 'the pair-selector has chosen nothing yet'),
  });
}

function found<T>(value: T | undefined, missing: string): T {
  if (value === undefined) throw new RequestProblem(404, missing);
  return value;
}
