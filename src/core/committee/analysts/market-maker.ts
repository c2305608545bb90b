import { z } from 'zod';
import { timeframeMs } from '#core/model/timeframe.ts';
import { defineAnalyst } from '../analyst.ts';
import { clamp, percent, short } from '../scale.ts';
import { silent } from './silent.ts';

const Params = z.strictObject({
  /** Parts of the stance: what rests in the book, and who crosses the spread. */
  book_share: z.number().min(0).max(1).default(0.5),
  /** A spread this wide, as a fraction of the price, is nobody's market: it falls silent. */
  spread_max: z.number().positive().lt(1).default(0.003),
  /** Quote near the mid, both sides, below which the book is too thin to mean anything. */
  depth_min: z.number().nonnegative().default(1_000),
  /** Quote that takers have to move, of late, for their side to count whole; a few coins say nothing. */
  flow_min: z.number().positive().default(1_000),
  /** How long what it sees lasts. On longer candles its word counts less. */
  horizon_seconds: z.number().positive().max(86_400).default(60),
  /** An older book says nothing. */
  book_age_max_ms: z.int().min(100).max(600_000).default(5_000),
});

/** Half a spread of microprice away from the mid is as far as it goes. */
const MICRO_SHARE = 0.3;
/** Nothing in a book is surer than this: orders can be taken back. */
const CONFIDENCE_MAX = 0.75;

/** Reads the book and the tape as a market maker would: where depth leans and who is in a hurry. */
export const marketMaker = defineAnalyst({
  name: 'market-maker',
  leaning: 'neutral',
  params: Params,
  warmUp: () => 1,
  analyse: ({ market, timeframe }, p) => {
    if (market === undefined) return silent('no book came with the close');
    if (market.bookAgeMs > p.book_age_max_ms) return silent('the book is old');
    const depth = market.depthBidQuote + market.depthAskQuote;
    if (depth < p.depth_min) return silent('the book is thin');
    if (market.spreadFraction >= p.spread_max) return silent('the spread is wide');

    const half = market.spreadFraction / 2;
    const micro = half > 0 ? clamp(market.micropriceFraction / half) : 0;
    const book = clamp((1 - MICRO_SHARE) * market.imbalance + MICRO_SHARE * micro);
    const flow = market.flow * Math.min(1, market.flowQuote / p.flow_min);
    const stance = clamp(p.book_share * book + (1 - p.book_share) * flow);
    // Depth against the flow absorbs it: then neither is worth much.
    const agreement = book * flow >= 0 ? 1 : 0.4;
    const tightness = 1 - market.spreadFraction / p.spread_max;
    const reach = Math.min(1, Math.sqrt((p.horizon_seconds * 1_000) / timeframeMs(timeframe)));
    return {
      stance,
      confidence: CONFIDENCE_MAX * Math.sqrt(Math.abs(stance)) * agreement * tightness * reach,
      evidence: [
        {
          text: `book leans ${percent(Math.abs(market.imbalance))} to the ${market.imbalance >= 0 ? 'bid' : 'ask'}`,
          values: { imbalance: market.imbalance, microprice: micro },
        },
        {
          text: `takers ${flow >= 0 ? 'buy' : 'sell'}, ${percent(Math.abs(market.flow))} net of ${short(market.flowQuote)}`,
          values: { flow, flowQuote: market.flowQuote },
        },
        {
          text: `spread ${percent(market.spreadFraction)}, ${short(depth)} near the mid`,
          values: { spreadFraction: market.spreadFraction, depthQuote: depth },
        },
      ],
    };
  },
});
