/** What a source gives: words of people, or a mood that somebody else has reckoned. */
export type Reading =
  | {
      readonly kind: 'text';
      readonly source: string;
      /** Unique within the source. */
      readonly id: string;
      readonly atMs: number;
      readonly text: string;
      readonly author?: string | undefined;
      /** Since when the account exists. */
      readonly authorSinceMs?: number | undefined;
    }
  | {
      readonly kind: 'mood';
      readonly source: string;
      /** Ticker, or `MARKET`. */
      readonly coin: string;
      readonly atMs: number;
      readonly score: number;
      /** How many voices stand behind it. */
      readonly voices: number;
    };
export type TextReading = Extract<Reading, { kind: 'text' }>;
