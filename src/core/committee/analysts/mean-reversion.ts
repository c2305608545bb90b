import { z } from 'zod';
import { defineAnalyst } from '../analyst.ts';
import { lastIndicator } from '../last-value.ts';
import { agreementOf, clamp, short } from '../scale.ts';
import { silent } from './silent.ts';

const Params = z.strictObject({
  bollinger: z.int().min(2).max(200).default(20),
  rsi: z.int().min(2).max(100).default(14),
  stochastic: z.int().min(2).max(100).default(14),
  adx: z.int().min(2).max(100).default(14),
});

/** Standard deviations where a stretch begins, and the further ones to a full vote. */
const STRETCH_START = 1;
const STRETCH_FULL = 1.5;
/** RSI beyond 35 / 65 and stochastic beyond 25 / 75 begin to count; 20 and 25 points are full. */
const RSI_START = 15;
const RSI_FULL = 20;
const STOCHASTIC_START = 25;
const STOCHASTIC_FULL = 25;
/** ADX at which betting against the move is given up. */
const ADX_GIVE_UP = 40;

/** How far the price has run from its average; it bets on the way back, less so in a trend. */
export const technicalMeanReversion = defineAnalyst({
  name: 'technical-mean-reversion',
  leaning: 'reversion',
  params: Params,
  warmUp: (p) => Math.max(p.bollinger, p.rsi + 1, p.stochastic + 4, 2 * p.adx - 1),
  analyse: ({ candles }, p) => {
    const bands = lastIndicator('bollinger', { interval: p.bollinger }, candles);
    const rsi = lastIndicator('rsi', { interval: p.rsi }, candles);
    const slow = lastIndicator('stochastic', { k: p.stochastic }, candles);
    const trend = lastIndicator('adx', { interval: p.adx }, candles);
    const close = candles.at(-1)?.close;
    if (bands === undefined || rsi === undefined || slow === undefined) return silent('warming up');
    if (trend === undefined || close === undefined) return silent('warming up');

    const spread = (bands.upper - bands.middle) / 2;
    const deviations = spread === 0 ? 0 : (close - bands.middle) / spread;
    const voices = [
      against(deviations, STRETCH_START, STRETCH_FULL),
      against(rsi - 50, RSI_START, RSI_FULL),
      against(slow.k - 50, STOCHASTIC_START, STOCHASTIC_FULL),
    ];
    const stance = voices.reduce((sum, voice) => sum + voice, 0) / voices.length;
    const calm = clamp(1 - trend.adx / ADX_GIVE_UP, 0, 1);
    return {
      stance,
      confidence: agreementOf(voices) * (0.3 + 0.6 * calm) * Math.sqrt(Math.abs(stance)),
      evidence: [
        {
          text: `${short(deviations)} standard deviations from the average`,
          values: { deviations },
        },
        { text: `RSI ${short(rsi)}, stochastic ${short(slow.k)}`, values: { rsi, k: slow.k } },
        { text: `trend strength ${short(trend.adx)}`, values: { adx: trend.adx } },
      ],
    };
  },
});

/** A vote against `value` that begins at `start` and is full `width` further out. */
function against(value: number, start: number, width: number): number {
  return -Math.sign(value) * clamp((Math.abs(value) - start) / width, 0, 1);
}
