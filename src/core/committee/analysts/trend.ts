import { z } from 'zod';
import { type Series, defineAnalyst } from '../analyst.ts';
import { lastIndicator } from '../last-value.ts';
import { agreementOf, clamp, short } from '../scale.ts';
import { silent } from './silent.ts';

const Params = z
  .strictObject({
    fast: z.int().min(1).max(100).default(12),
    slow: z.int().min(2).max(200).default(36),
    adx: z.int().min(2).max(100).default(14),
  })
  .refine((p) => p.fast < p.slow, { message: 'fast must be below slow', path: ['fast'] });
type Params = z.output<typeof Params>;

/** Weight of the base timeframe and of the longer ones: the trade lives on the base. */
const SHARES = [0.5, 0.3, 0.2] as const;
/** Distance of the averages, in average true ranges, that counts as a full vote. */
const SPREAD_FULL = 1.5;
/** ADX below the first says nothing about direction; at the second the trend is beyond doubt. */
const ADX_START = 15;
const ADX_FULL = 35;

interface Voice {
  readonly timeframe: string;
  readonly spread: number;
  readonly adx: number;
  readonly vote: number;
}

/** Direction of two averages on three timeframes, believed as far as they agree and ADX is high. */
export const trend = defineAnalyst({
  name: 'trend',
  leaning: 'trend',
  params: Params,
  warmUp: (p) => Math.max(p.slow, 2 * p.adx - 1),
  analyse: (input, p) => {
    const voices: Voice[] = [];
    const votes: number[] = [];
    let stance = 0;
    let strength = 0;
    let total = 0;
    for (const [index, series] of [input, ...input.higher].entries()) {
      const voice = voiceOf(series, p);
      const share = SHARES[index] ?? 0;
      // A longer timeframe may be too young to speak; without the base there is nothing to say.
      if (voice === undefined) {
        if (index === 0) return silent('warming up or no movement');
        continue;
      }
      voices.push(voice);
      votes.push(voice.vote * share);
      stance += voice.vote * share;
      strength += clamp((voice.adx - ADX_START) / (ADX_FULL - ADX_START), 0, 1) * share;
      total += share;
    }
    return {
      stance: stance / total,
      confidence: agreementOf(votes) * (0.3 + 0.6 * (strength / total)),
      evidence: voices.map(({ timeframe, spread, adx }) => ({
        text: `${timeframe}: averages ${short(spread)} ATR apart, ADX ${short(adx)}`,
        values: { spread, adx },
      })),
    };
  },
});

function voiceOf({ timeframe, candles }: Series, p: Params): Voice | undefined {
  const near = lastIndicator('ema', { interval: p.fast }, candles);
  const far = lastIndicator('ema', { interval: p.slow }, candles);
  const atr = lastIndicator('atr', { interval: p.adx }, candles);
  const adx = lastIndicator('adx', { interval: p.adx }, candles)?.adx;
  if (near === undefined || far === undefined || !atr || adx === undefined) return undefined;
  const spread = (near - far) / atr;
  return { timeframe, spread, adx, vote: clamp(spread / SPREAD_FULL) };
}
