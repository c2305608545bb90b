import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { fidelityReport, type FidelityFigures } from '#core/fidelity/figures.ts';
import { FidelityScore } from '#core/fidelity/score.ts';
import { get } from '../http/get-route.ts';
import { timeMs, wholeNumberOr } from '../http/query.ts';
import type { GatewayPorts } from '../ports.ts';
import * as examples from './examples.ts';

const Figures = z.strictObject({
  orders: z.int(),
  /** Nobody can know: the price was touched, or no book came after. */
  unknown: z.int(),
  fillRateError: z.number(),
  slippageError: z.number().nullable(),
  slippageBias: z.number().nullable(),
  /** Mean move in the direction of the trade after 1, 5 and 60 s, in spreads. */
  markouts: z.array(z.number().nullable()),
});

const Query = z.strictObject({
  /** `shadow`: paper against the market; `live`: the paper twin against the venue. */
  account: z.enum(['shadow', 'live']).default('shadow'),
  sinceMs: timeMs.optional(),
  /** Scores the figures are made of, the newest. */
  limit: wholeNumberOr(1_000, 1, 5_000),
  /** Scores that are listed. */
  items: wholeNumberOr(20, 0, 500),
});

export function fidelityRoute(server: FastifyInstance, { ledger }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/fidelity',
    tag: 'ledger',
    summary: 'How near the paper broker is to the market, over all and by style of order',
    query: Query,
    answer: Figures.extend({
      byStyle: z.record(z.string(), Figures),
      items: z.array(FidelityScore),
    }),
    example: examples.fidelity,
    handler: async ({ items, sinceMs = 0, ...rest }) => {
      const filter = { sinceMs, ...rest };
      const scores = await ledger.read((reader) => reader.fidelity(filter));
      const { byStyle, ...whole } = fidelityReport(scores);
      const styles = Object.entries(byStyle).map(([style, figures]) => [style, shown(figures)]);
      return {
        ...shown(whole),
        byStyle: Object.fromEntries(styles) as Record<string, z.output<typeof Figures>>,
        items: scores.slice(0, items),
      };
    },
  });
}

/** JSON has no undefined. */
function shown(figures: FidelityFigures): z.output<typeof Figures> {
  const { slippageError = null, slippageBias = null, markouts } = figures;
  return { ...figures, slippageError, slippageBias, markouts: markouts.map((it) => it ?? null) };
}
