/** The newest texts about each coin, for whoever asks what a mood is made of. Bounded in both. */
import { SHOWN_TEXT_MAX, SHOWN_TEXTS_MAX } from '#core/model/sentiment.ts';
import type { CoinText, CoinTexts } from '#core/model/sentiment.ts';

const COINS_MAX = 300;
const REASON_MAX = 40;

export interface NewestTexts {
  add(coin: string, text: CoinText, story: number): void;
  /** Texts of stories that turned out to be bought go. */
  takeBack(stories: readonly number[]): void;
  /** The same object until something changes. */
  of(coin: string): CoinTexts | undefined;
  /** Forgets every coin that is not among them. */
  keepOnly(coins: ReadonlySet<string>): void;
}

interface Kept {
  readonly text: CoinText;
  readonly story: number;
}

interface Shelf {
  readonly kept: readonly Kept[];
  readonly shown: CoinTexts;
}

export function createNewestTexts(): NewestTexts {
  const shelves = new Map<string, Shelf>();

  function put(coin: string, kept: readonly Kept[]): void {
    if (kept.length === 0) shelves.delete(coin);
    else shelves.set(coin, { kept, shown: { coin, texts: kept.map(({ text }) => text) } });
  }

  return {
    add: (coin, text, story) => {
      if (!shelves.has(coin) && shelves.size >= COINS_MAX) return;
      const kept = [{ text: shortened(text), story }, ...(shelves.get(coin)?.kept ?? [])];
      const sorted = kept.toSorted((a, b) => b.text.atMs - a.text.atMs);
      put(coin, sorted.slice(0, SHOWN_TEXTS_MAX));
    },
    takeBack: (stories) => {
      for (const [coin, { kept }] of shelves) {
        const left = kept.filter(({ story }) => !stories.includes(story));
        if (left.length < kept.length) put(coin, left);
      }
    },
    of: (coin) => shelves.get(coin)?.shown,
    keepOnly: (coins) => {
      for (const coin of shelves.keys()) if (!coins.has(coin)) shelves.delete(coin);
    },
  };
}

function shortened(text: CoinText): CoinText {
  const reasons = text.reasons.map((reason) => cut(reason, REASON_MAX));
  return { ...text, text: cut(text.text, SHOWN_TEXT_MAX), reasons };
}

/** Not through the middle of a character outside the basic plane, which most emoji are. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}
