import { z } from 'zod';
import { defineAnalyst } from '../analyst.ts';
import { lastIndicator } from '../last-value.ts';
import { agreementOf, clamp, percent, short } from '../scale.ts';
import { silent } from './silent.ts';

const Params = z
  .strictObject({
    rsi: z.int().min(2).max(100).default(14),
    fast: z.int().min(1).max(100).default(12),
    slow: z.int().min(2).max(200).default(26),
    signal: z.int().min(1).max(100).default(9),
    roc: z.int().min(1).max(100).default(10),
    atr: z.int().min(1).max(100).default(14),
  })
  .refine((p) => p.fast < p.slow, { message: 'fast must be below slow', path: ['fast'] });

/** RSI points from the middle that count as a full vote: 70 and 30 are the usual borders. */
const RSI_FULL = 20;
/** MACD histogram in average true ranges that counts as a full vote. */
const HISTOGRAM_FULL = 0.25;
/** Move over the roc interval, in ranges a random walk would make, that counts as a full vote. */
const MOVE_FULL = 1.2;

/** Speed of the price: RSI, MACD histogram and rate of change, the last two in units of ATR. */
export const technicalMomentum = defineAnalyst({
  name: 'technical-momentum',
  leaning: 'trend',
  params: Params,
  warmUp: (p) => Math.max(p.rsi + 1, p.slow + p.signal - 1, p.roc + 1, p.atr),
  analyse: ({ candles }, p) => {
    const rsi = lastIndicator('rsi', { interval: p.rsi }, candles);
    const macd = lastIndicator('macd', { fast: p.fast, slow: p.slow, signal: p.signal }, candles);
    const roc = lastIndicator('roc', { interval: p.roc }, candles);
    const atr = lastIndicator('atr', { interval: p.atr }, candles);
    const close = candles.at(-1)?.close;
    if (rsi === undefined || macd === undefined || roc === undefined) return silent('warming up');
    if (atr === undefined || close === undefined || atr === 0) return silent('no movement');

    const histogram = macd.histogram / atr;
    const move = (roc * close) / (atr * Math.sqrt(p.roc));
    const voices = [
      clamp((rsi - 50) / RSI_FULL),
      clamp(histogram / HISTOGRAM_FULL),
      clamp(move / MOVE_FULL),
    ];
    const stance = voices.reduce((sum, voice) => sum + voice, 0) / voices.length;
    return {
      stance,
      confidence: agreementOf(voices) * (0.35 + 0.55 * Math.abs(stance)),
      evidence: [
        { text: `RSI ${short(rsi)}`, values: { rsi } },
        { text: `MACD histogram ${short(histogram)} ATR`, values: { histogram } },
        { text: `${percent(roc)} in ${p.roc} candles`, values: { roc, move } },
      ],
    };
  },
});
