import { z } from 'zod';
import { defineAnalyst } from '../analyst.ts';
import { lastIndicator } from '../last-value.ts';
import { clamp, percent, short } from '../scale.ts';
import { silent } from './silent.ts';

const Params = z
  .strictObject({
    channel: z.int().min(2).max(200).default(20),
    fast_atr: z.int().min(1).max(100).default(7),
    slow_atr: z.int().min(2).max(200).default(28),
  })
  .refine((p) => p.fast_atr < p.slow_atr, {
    message: 'fast_atr must be below slow_atr',
    path: ['fast_atr'],
  });

/** Ratio of the ATRs below which a breakout is not believed, and the further rise to a full vote. */
const EXPANSION_START = 0.9;
const EXPANSION_FULL = 0.6;
/** Part of the channel, from its middle, that counts as leaning to one side. */
const LEAN_START = 0.6;

/** Breakouts from the channel of the last candles while the ranges grow. */
export const technicalVolatility = defineAnalyst({
  name: 'technical-volatility',
  leaning: 'trend',
  params: Params,
  warmUp: (p) => Math.max(p.channel + 1, p.slow_atr),
  analyse: ({ candles }, p) => {
    const close = candles.at(-1)?.close;
    // The candle itself is left out: it cannot break out of a channel that contains it.
    const before = candles.slice(0, -1);
    const channel = lastIndicator('donchian', { interval: p.channel }, before.slice(-p.channel));
    const fast = lastIndicator('atr', { interval: p.fast_atr }, candles);
    const slow = lastIndicator('atr', { interval: p.slow_atr }, candles);
    if (close === undefined || channel === undefined) return silent('warming up');
    if (fast === undefined || slow === undefined || slow === 0) return silent('no movement');

    const expansion = fast / slow;
    const half = (channel.upper - channel.lower) / 2;
    // 1 at the upper edge of the channel, -1 at the lower one, beyond outside of it.
    const place = half === 0 ? 0 : (close - channel.middle) / half;
    const side = Math.sign(place) * clamp((Math.abs(place) - LEAN_START) / (1 - LEAN_START), 0, 1);
    const growth = clamp((expansion - EXPANSION_START) / EXPANSION_FULL, 0, 1);
    const isOutside = Math.abs(place) > 1;
    return {
      stance: side * (isOutside ? 0.6 + 0.4 * growth : 0.5 * growth),
      confidence: Math.abs(side) * (isOutside ? 0.45 + 0.4 * growth : 0.3 * growth),
      evidence: [
        {
          text: isOutside
            ? `closed ${place > 0 ? 'above' : 'below'} the channel of ${p.channel} candles`
            : `inside the channel of ${p.channel} candles`,
          values: { place },
        },
        {
          text: `ranges at ${short(expansion)} of usual, ${percent(fast / close)} a candle`,
          values: { expansion, atrFraction: fast / close },
        },
      ],
    };
  },
});
