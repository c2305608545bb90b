/**
 * An analyst of your own: volume. A move that much volume carries is believed, one without volume
 * is not. Named in the config as
 *
 *   committee:
 *     analysts:
 *       - {file: docs/recipes/example-analyst.ts, weight: 0.5, params: {candles: 30}}
 */
import { z } from 'zod';
import { defineAnalyst } from '#core/committee/analyst.ts';

export const analyst = defineAnalyst({
  name: 'volume',
  leaning: 'trend',
  params: z.strictObject({
    /** Candles that make the usual volume. */
    candles: z.int().min(5).max(200).default(20),
  }),
  warmUp: (params) => params.candles + 1,
  analyse: ({ candles }, params) => {
    const last = candles.at(-1);
    const before = candles.slice(-1 - params.candles, -1);
    const usual = before.reduce((sum, { volume }) => sum + volume, 0) / before.length;
    if (last === undefined || usual === 0) {
      return { stance: 0, confidence: 0, evidence: [{ text: 'no volume', values: {} }] };
    }
    const ratio = last.volume / usual;
    const range = last.high - last.low;
    const move = range === 0 ? 0 : (last.close - last.open) / range;
    return {
      stance: move,
      // Twice the usual volume is full confidence; usual volume and less is none.
      confidence: Math.min(1, Math.max(0, ratio - 1)),
      evidence: [{ text: `volume at ${ratio.toFixed(1)} of usual`, values: { ratio, move } }],
    };
  },
});
