/**
 * What a text says about each coin in it: the score of the clauses that name the coin, and with less
 * weight of those that follow and name none.
 */
import { type Clause, clausesOf } from './clauses.ts';
import type { Theme } from '#core/model/sentiment.ts';
import type { CoinFinder, CoinMention } from './coin-finder.ts';
import type { ScoreHit, TextScorer } from './scorer.ts';
import { evidenceOf, themeMoods } from './theme-moods.ts';
import { TEXT_CHARS_MAX } from './tokens.ts';

export interface CoinScore {
  readonly coin: string;
  /** -1 to 1. */
  readonly score: number;
  /** 0 to 1: that the coin is meant, and that the text says something about it. */
  readonly confidence: number;
  /** The words that decided, strongest first, at most `REASONS_KEPT`. */
  readonly reasons: readonly string[];
  /** The score of the clauses about each theme; none where they say nothing. */
  readonly themes: readonly ThemeScore[];
}

export interface ThemeScore {
  readonly theme: Theme;
  readonly score: number;
}

export interface CoinScorer {
  scorePerCoin(text: string): CoinScore[];
}

const REASONS_KEPT = 3;
/** A clause without a coin of its own speaks of the last one named, the less the further. */
const SAME_SENTENCE = 0.6;
const LATER_SENTENCE = 0.35;
/** In `ETH gains on BTC`, what is good for the one is a little bad for the other. */
const AGAINST = -0.5;
const RIVALRY =
  /(?:\b(?:against|versus|vs\.?|than|over|outperform(?:s|ed|ing)?|beats?|flips?)\s{1,3})$/i;
/** One clause with one reason gives half the confidence it could. */
const EVIDENCE_HALF = 0.5;
/** A text that lists more coins than this says less about each. */
const COINS_FREE = 3;

export function createCoinScorer(parts: {
  readonly scorer: TextScorer;
  readonly finder: CoinFinder;
}): CoinScorer {
  return { scorePerCoin: (text) => scorePerCoin(parts, text.slice(0, TEXT_CHARS_MAX)) };
}

function scorePerCoin(
  { scorer, finder }: { readonly scorer: TextScorer; readonly finder: CoinFinder },
  text: string,
): CoinScore[] {
  const mentions = finder.find(text);
  if (mentions.length === 0) return [];
  const plain = withoutNames(text, mentions);
  const isTelling = (start: number, end: number): boolean =>
    scorer.score(plain.slice(start, end)).hits.length > 0;
  const clauses = clausesOf(text, mentions, isTelling);
  const tallies = new Map(mentions.map(({ coin }) => [coin, emptyTally()]));
  let last: { readonly coins: readonly string[]; readonly sentence: number } | undefined;
  for (const clause of clauses) {
    const words = plain.slice(clause.start, clause.end);
    const said = scorer.score(words);
    const { score, hits } = said;
    const own = coinsIn(clause, mentions);
    if (own.length > 0) last = { coins: own, sentence: clause.sentence };
    const coins = last?.coins ?? mentions.slice(0, 1).map(({ coin }) => coin);
    const weight = weightOf(clause, own.length > 0, last?.sentence);
    const evidence = weight * evidenceOf(said);
    const themed = evidence === 0 ? [] : themeMoods(scorer, words, said);
    for (const coin of coins) {
      const tally = tallies.get(coin);
      if (tally === undefined || evidence === 0) continue;
      const factor = coins.length > 1 && isRival(text, clause, mentions, coin) ? AGAINST : 1;
      add(tally, evidence, score * factor);
      for (const part of themed) {
        const mean = tally.themes.getOrInsertComputed(part.theme, emptyMean);
        add(mean, weight * part.evidence, part.score * factor);
      }
      tally.hits.push(...hits);
    }
  }
  const spread = Math.sqrt(Math.max(1, mentions.length / COINS_FREE));
  return mentions.map(({ coin, certainty }) => {
    const tally = tallies.get(coin) ?? emptyTally();
    const { weight, hits, themes } = tally;
    return {
      coin,
      score: meanOf(tally),
      confidence: (certainty * weight) / (weight + EVIDENCE_HALF) / spread,
      reasons: reasonsOf(hits),
      themes: [...themes].map(([theme, of]) => ({ theme, score: meanOf(of) })),
    };
  });
}

interface Mean {
  weighted: number;
  weight: number;
}

interface Tally extends Mean {
  readonly hits: ScoreHit[];
  readonly themes: Map<Theme, Mean>;
}

function emptyMean(): Mean {
  return { weighted: 0, weight: 0 };
}

function emptyTally(): Tally {
  return { ...emptyMean(), hits: [], themes: new Map() };
}

function add(to: Mean, weight: number, score: number): void {
  to.weighted += weight * score;
  to.weight += weight;
}

function meanOf({ weighted, weight }: Mean): number {
  return weight === 0 ? 0 : weighted / weight;
}

function reasonsOf(hits: readonly ScoreHit[]): string[] {
  const strongest = hits.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return [...new Set(strongest.map(({ text }) => text))].slice(0, REASONS_KEPT);
}

/** A coin's name has no mood: Stellar is not stellar. Its place is kept, so that offsets hold. */
function withoutNames(text: string, mentions: readonly CoinMention[]): string {
  const spans = mentions.flatMap((mention) => mention.spans).toSorted((a, b) => a.start - b.start);
  let [plain, from] = ['', 0];
  for (const { start, end } of spans) {
    plain += text.slice(from, start) + '_'.repeat(end - start);
    from = end;
  }
  return plain + text.slice(from);
}

function weightOf({ sentence }: Clause, isOwn: boolean, lastSentence: number | undefined): number {
  if (isOwn) return 1;
  return lastSentence === undefined || lastSentence === sentence ? SAME_SENTENCE : LATER_SENTENCE;
}

function coinsIn({ start, end }: Clause, mentions: readonly CoinMention[]): string[] {
  return mentions
    .filter(({ spans }) => spans.some((span) => span.start >= start && span.start < end))
    .map(({ coin }) => coin);
}

function isRival(
  text: string,
  clause: Clause,
  mentions: readonly CoinMention[],
  coin: string,
): boolean {
  const span = mentions
    .find((mention) => mention.coin === coin)
    ?.spans.find(({ start }) => start >= clause.start && start < clause.end);
  return (
    span !== undefined &&
    RIVALRY.test(text.slice(Math.max(clause.start, span.start - 20), span.start))
  );
}
