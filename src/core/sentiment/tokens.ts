/**
 * Cuts a text into tokens in one pass. Every quantifier of the pattern is either bounded or followed
 * only by optional parts, so the time grows with the length of the text whatever stands in it; texts
 * are cut before, so neither time nor memory depends on who wrote them.
 */
export type TokenKind = 'word' | 'cashtag' | 'hashtag' | 'number' | 'emoji' | 'mark';

export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Lower case, straight apostrophe, without `$` and `#`. */
  readonly lower: string;
  /** Offsets in the text given to `tokensOf`. */
  readonly start: number;
  readonly end: number;
}

/** A long Reddit post is about this long; what stands behind it says little new about its mood. */
export const TEXT_CHARS_MAX = 4000;

// In order: what is skipped (links, mentions, a subreddit's name), cashtags, hashtags, numbers with
// sign and unit, words with one apostrophe, emoji, and the marks that end a clause.
const TOKEN =
  /(?<skip>https?:\/\/\S{1,500}|www\.\S{1,500}|@\w{2,40}|\b[ru]\/\w{2,40})|(?<cashtag>\$[A-Za-z][A-Za-z0-9]{1,11}\b)|(?<hashtag>#[\p{L}\p{N}_]{2,40})|(?<number>[+\-−]?[$€£]?\d[\d,]{0,20}(?:\.\d{1,12})?(?:%|[xX]\b|(?:bn|mn|[kmb])\b)?)|(?<word>[\p{L}\p{N}]{1,40}(?:['’]\p{L}{1,5})?)|(?<emoji>\p{Extended_Pictographic}|:['-]?[)(DP]|<3\b)|(?<mark>[.!?;,:()"“”…\n|—–])/gu;

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.slice(0, TEXT_CHARS_MAX).matchAll(TOKEN)) {
    const kind = kindOf(match.groups ?? {});
    if (kind === undefined) continue;
    const written = match[0];
    const start = match.index;
    tokens.push({
      kind,
      text: written,
      lower: lowered(kind, written),
      start,
      end: start + written.length,
    });
  }
  return tokens;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): TokenKind | undefined {
  if (groups['word'] !== undefined) return 'word';
  if (groups['mark'] !== undefined) return 'mark';
  if (groups['number'] !== undefined) return 'number';
  if (groups['emoji'] !== undefined) return 'emoji';
  if (groups['cashtag'] !== undefined) return 'cashtag';
  return groups['hashtag'] === undefined ? undefined : 'hashtag';
}

function lowered(kind: TokenKind, written: string): string {
  const bare = kind === 'cashtag' || kind === 'hashtag' ? written.slice(1) : written;
  return bare.toLowerCase().replace('’', "'");
}
