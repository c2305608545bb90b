import { z } from 'zod';
import { defineAnalyst } from '../analyst.ts';
import { clamp, percent, short } from '../scale.ts';
import { silent } from './silent.ts';

const Params = z.strictObject({
  /** Part of the stance that is the mood of the whole market. */
  market_share: z.number().min(0).max(1).default(0.25),
  /** Fewer mentions of the coin, faded ones counting less, are no opinion of anybody. */
  mentions_min: z.number().nonnegative().default(3),
  /** What is older says nothing. */
  age_max_seconds: z.number().positive().default(3_600),
  /** A score this strong is a full vote. */
  full_score: z.number().gt(0).max(1).default(0.5),
});

/** Crowds are wrong often enough. */
const CONFIDENCE_MAX = 0.7;

/** What people write about the coin, with the mood of the market behind it. */
export const sentiment = defineAnalyst({
  name: 'sentiment',
  leaning: 'neutral',
  params: Params,
  warmUp: () => 1,
  analyse: ({ sentiment: heard }, p) => {
    const { coin, market } = heard ?? {};
    if (coin === undefined) return silent('nothing is known of what people write');
    if (coin.ageMs > p.age_max_seconds * 1_000) return silent('what people wrote is old');
    if (coin.mentions < p.mentions_min) return silent('too few people write about it');

    const isMarketKnown = market !== undefined && market.ageMs <= p.age_max_seconds * 1_000;
    const share = isMarketKnown ? p.market_share : 0;
    const score = (1 - share) * coin.score + share * (market?.score ?? 0);
    const stance = clamp(score / p.full_score);
    return {
      stance,
      confidence: CONFIDENCE_MAX * coin.confidence * Math.sqrt(Math.abs(stance)),
      evidence: [
        {
          text: `people write ${short(coin.score)} of it, ${short(coin.mentions)} mentions, ${percent(coin.confidence)} sure`,
          values: { score: coin.score, mentions: coin.mentions, confidence: coin.confidence },
        },
        ...(isMarketKnown
          ? [
              {
                text: `the market's mood is ${short(market.score)}`,
                values: { market: market.score },
              },
            ]
          : []),
      ],
    };
  },
});
