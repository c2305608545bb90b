import { z } from 'zod';
import type { Candle } from '#core/model/candle.ts';
import { type FoundPattern, PATTERN_CANDLES, findPatterns } from '#core/patterns/find-patterns.ts';
import { defineAnalyst } from '../analyst.ts';
import { lastIndicator } from '../last-value.ts';
import { agreementOf, clamp } from '../scale.ts';
import { silent } from './silent.ts';

const Params = z.strictObject({
  /** Candles back that still count, each less than the one after it. */
  memory: z.int().min(1).max(10).default(3),
  /** Candles before a pattern that tell what it would turn around. */
  run_up: z.int().min(2).max(50).default(8),
  atr: z.int().min(1).max(100).default(14),
});

/**
 * How much a pattern says, from shape alone: more candles say more, and what needs a gap is rare
 * on a market that never closes and says most. `goesOn` speaks for the move it is part of; the
 * others turn it around and count half without a move to turn.
 */
const WORTH: Readonly<Record<string, { worth: number; goesOn?: true }>> = {
  marubozu: { worth: 0.35, goesOn: true },
  'dragonfly-doji': { worth: 0.35 },
  'gravestone-doji': { worth: 0.35 },
  hammer: { worth: 0.5 },
  'hanging-man': { worth: 0.4 },
  'inverted-hammer': { worth: 0.45 },
  'shooting-star': { worth: 0.55 },
  engulfing: { worth: 0.5 },
  harami: { worth: 0.35 },
  'harami-cross': { worth: 0.4 },
  piercing: { worth: 0.6 },
  'dark-cloud-cover': { worth: 0.6 },
  'tweezers-top': { worth: 0.35 },
  'tweezers-bottom': { worth: 0.35 },
  kicking: { worth: 0.75, goesOn: true },
  'doji-star': { worth: 0.45 },
  'morning-star': { worth: 0.7 },
  'evening-star': { worth: 0.7 },
  'morning-doji-star': { worth: 0.75 },
  'evening-doji-star': { worth: 0.75 },
  'abandoned-baby': { worth: 0.85 },
  'three-white-soldiers': { worth: 0.65, goesOn: true },
  'three-black-crows': { worth: 0.65, goesOn: true },
  'three-inside': { worth: 0.6 },
  'three-outside': { worth: 0.65 },
};

/** Share of its worth a pattern keeps for each candle that followed it. */
const FADE = 0.6;
/** Run-up in average true ranges that makes a move worth turning around. */
const RUN_UP_FULL = 1.5;

interface Voice {
  readonly pattern: FoundPattern;
  readonly age: number;
  readonly vote: number;
}

/** Candlestick patterns of the last candles, judged by the move they follow. */
export const pattern = defineAnalyst({
  name: 'pattern',
  leaning: 'neutral',
  params: Params,
  warmUp: (p) => PATTERN_CANDLES + p.memory + p.run_up,
  analyse: ({ candles }, p) => {
    const atr = lastIndicator('atr', { interval: p.atr }, candles);
    if (atr === undefined || atr === 0) return silent('warming up or no movement');
    const voices: Voice[] = [];
    for (let age = 0; age < p.memory; age += 1) {
      const index = candles.length - 1 - age;
      if (index < PATTERN_CANDLES) break;
      for (const found of findPatterns(candles, index)) {
        const vote = voteOf(found, runUp(candles, index - found.candles, p.run_up) / atr);
        if (vote !== 0) voices.push({ pattern: found, age, vote: vote * FADE ** age });
      }
    }
    if (voices.length === 0) return silent('no pattern');
    const votes = voices.map(({ vote }) => vote);
    const sum = votes.reduce((total, vote) => total + vote, 0);
    const strongest = Math.max(...votes.map((vote) => Math.abs(vote)));
    return {
      stance: clamp(sum),
      confidence: agreementOf(votes) * strongest,
      evidence: voices.map(({ pattern: found, age, vote }) => ({
        text: `${found.direction} ${found.name}${age === 0 ? '' : ` ${age} candles ago`}`,
        values: { age, vote },
      })),
    };
  },
});

function voteOf(found: FoundPattern, runUpAtr: number): number {
  const entry = WORTH[found.name];
  if (entry === undefined || found.direction === 'neutral') return 0;
  const sign = found.direction === 'bullish' ? 1 : -1;
  if (entry.goesOn) return sign * entry.worth;
  const turned = clamp((-sign * runUpAtr) / RUN_UP_FULL, 0, 1);
  return sign * entry.worth * (0.5 + 0.5 * turned);
}

/** Change of the close over `length` candles up to `index`. */
function runUp(candles: readonly Candle[], index: number, length: number): number {
  const [from, to] = [candles[Math.max(0, index - length)], candles[index]];
  return from === undefined || to === undefined ? 0 : to.close - from.close;
}
