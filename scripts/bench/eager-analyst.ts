/**
 * An analyst without an opinion, for measuring only: it wants to buy at every other close and to
 * sell at those between, half of the pairs in each phase, so that orders flow at every close.
 */
import { defineAnalyst } from '#core/committee/analyst.ts';
import { timeframeMs } from '#core/model/timeframe.ts';
import { z } from 'zod';

export const analyst = defineAnalyst({
  name: 'eager',
  leaning: 'neutral',
  params: z.strictObject({}),
  warmUp: () => 2,
  analyse: ({ candles, pair, timeframe }) => {
    const close = Math.round((candles.at(-1)?.openMs ?? 0) / timeframeMs(timeframe));
    const isBuy = (close + pair.length + (pair.codePointAt(0) ?? 0)) % 2 === 0;
    return { stance: isBuy ? 1 : -1, confidence: 1, evidence: [{ text: 'eager', values: {} }] };
  },
});
