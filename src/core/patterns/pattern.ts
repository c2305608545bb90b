import type { Window } from './shape.ts';

/** What a pattern speaks for. Neutral: indecision, its meaning comes from what follows. */
export type Direction = 'bullish' | 'bearish' | 'neutral';

export interface Pattern {
  readonly name: string;
  /** Candles that form the shape; the settings need more before them. */
  readonly candles: number;
  /** Whether the pattern ends at the newest candle of the window, and what it says. */
  readonly find: (window: Window) => Direction | undefined;
}
