import type { CoinMention, Span } from './coin-finder.ts';
import { type Token, tokensOf } from './tokens.ts';

export interface Clause extends Span {
  /** Counts up with each sentence. */
  readonly sentence: number;
}

/** Words that begin a clause of their own about another coin. */
const JOINTS = new Set([
  'while',
  'whereas',
  'but',
  'as',
  'and',
  'although',
  'though',
  'after',
  'yet',
]);
/** A joint or comma parts clauses only when a coin is this near behind it (`as Ethereum slips`). */
const COIN_WITHIN = 3;

/** Cuts a text where it turns from one coin to the next; a list of coins stays together. */
export function clausesOf(
  text: string,
  mentions: readonly CoinMention[],
  isTelling: (start: number, end: number) => boolean,
): Clause[] {
  const tokens = tokensOf(text);
  const spans = mentions.flatMap((mention) => mention.spans);
  const starts = new Set(spans.map(({ start }) => start));
  const ends = new Set(spans.map(({ end }) => end));
  const clauses: Clause[] = [];
  let [from, sentence, hasCoin] = [0, 0, false];
  const close = (end: number, next: number): void => {
    if (end > from) clauses.push({ start: from, end, sentence });
    [from, hasCoin] = [next, false];
  };
  for (const [at, token] of tokens.entries()) {
    if (starts.has(token.start)) hasCoin = true;
    if (token.kind === 'mark' && /[.!?\n|…;]/.test(token.text)) {
      close(token.end, token.end);
      sentence += 1;
    } else if (
      hasCoin &&
      isJoint(token) &&
      coinFollows(tokens, at, starts) &&
      (isSaid(tokens, at, ends) || isTelling(from, token.start))
    ) {
      close(token.start, token.kind === 'mark' ? token.end : token.start);
    }
  }
  close(tokens.at(-1)?.end ?? 0, 0);
  return clauses;
}

function isJoint({ kind, lower }: Token): boolean {
  return kind === 'mark' ? /[,:—–]/.test(lower) : JOINTS.has(lower);
}

/** `BTC and ETH muted, SOL rallies`: before this comma stands more than names. */
function isSaid(tokens: readonly Token[], at: number, ends: ReadonlySet<number>): boolean {
  const before = tokens[at - 1];
  return tokens[at]?.text === ',' && before?.kind === 'word' && !ends.has(before.end);
}

function coinFollows(tokens: readonly Token[], at: number, starts: ReadonlySet<number>): boolean {
  for (let step = 1; step <= COIN_WITHIN; step += 1) {
    const token = tokens[at + step];
    if (token === undefined || token.kind === 'mark') return false;
    if (starts.has(token.start)) return true;
  }
  return false;
}
