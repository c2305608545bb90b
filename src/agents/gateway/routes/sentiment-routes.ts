/** What people write about the coins: moods, the texts behind one, and how the sources do. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sentiment, sentimentSources, sentimentTexts } from '#bus/states.ts';
import { CoinSentiment, CoinTexts, SourceStanding } from '#core/model/sentiment.ts';
import { NoQuery, get } from '../http/get-route.ts';
import { RequestProblem } from '../http/problem.ts';
import { listOf } from '../http/query.ts';
import type { GatewayPorts } from '../ports.ts';

const AT_MS = 1_767_787_200_000;
const CoinQuery = z.strictObject({
  coin: z
    .string()
    .min(1)
    .max(20)
    .meta({ examples: ['BTC'] }),
});

export function sentimentRoutes(server: FastifyInstance, ports: GatewayPorts): void {
  moodsRoute(server, ports);
  textsRoute(server, ports);
  sourcesRoute(server, ports);
}

function moodsRoute(server: FastifyInstance, { bus }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/sentiment',
    tag: 'market',
    summary: 'What people write about each coin, and about the whole market',
    query: NoQuery,
    answer: listOf(CoinSentiment),
    example: {
      items: [
        {
          coin: 'BTC',
          score: 0.31,
          confidence: 0.72,
          mentions: 14.2,
          changeDay: 0.1,
          atMs: AT_MS,
          sources: [{ source: 'news', score: 0.4, mentions: 6.1 }],
          themes: [{ theme: 'regulation', score: -0.2, mentions: 2.3 }],
        },
      ],
    },
    handler: async () => {
      const items = [...(await bus.all(sentiment)).values()];
      return { items: items.toSorted((a, b) => a.coin.localeCompare(b.coin)) };
    },
  });
}

function textsRoute(server: FastifyInstance, { bus }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/sentiment/texts',
    tag: 'market',
    summary: 'The newest texts about a coin, as strangers wrote them, with what each says of it',
    canBeMissing: true,
    query: CoinQuery,
    answer: CoinTexts,
    example: {
      coin: 'BTC',
      texts: [
        {
          source: 'news',
          atMs: AT_MS,
          text: 'Bitcoin surges on strong inflows',
          score: 0.84,
          confidence: 0.66,
          reasons: ['surges', 'strong', 'inflows'],
        },
      ],
    },
    handler: async ({ coin }) => {
      const texts = await bus.get(sentimentTexts, coin);
      if (texts === undefined) throw new RequestProblem(404, 'no text about that coin is known');
      return texts;
    },
  });
}

function sourcesRoute(server: FastifyInstance, { bus }: GatewayPorts): void {
  get(server, {
    path: '/api/v1/sentiment/sources',
    tag: 'market',
    summary: 'The sources of moods: whether each answers, and what its words count',
    query: NoQuery,
    answer: listOf(SourceStanding),
    example: {
      items: [
        {
          source: 'news',
          health: 'partly',
          problem: '1 of 2 failed: a.invalid: the source did not answer',
          weight: 1,
          reputation: 1.08,
          intervalMs: 120_000,
          lastReadMs: AT_MS,
          readings: 41,
          atMs: AT_MS,
        },
      ],
    },
    handler: async () => {
      const items = [...(await bus.all(sentimentSources)).values()];
      return { items: items.toSorted((a, b) => a.source.localeCompare(b.source)) };
    },
  });
}
