/**
 * Which coins a text is about. A name of more words wins over a name in it (`bitcoin cash` is not
 * bitcoin); what is also a common word (ONE, GAS, NEAR, LINK, cosmos) counts only as a cashtag, or
 * written as a name and in the company of market words, or when the text names the coin otherwise.
 */
import { COINS, type CoinName } from './coin-list.ts';
import { type Token, tokensOf } from './tokens.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface CoinMention {
  readonly coin: string;
  /** Where, in the order of the text, at most `SPANS_MAX`. */
  readonly spans: readonly Span[];
  /** 0 to 1: that this coin is meant. */
  readonly certainty: number;
}

export interface CoinFinder {
  /** In the order of first mention, at most `COINS_MAX`. */
  find(text: string): CoinMention[];
}

export const SPANS_MAX = 16;
export const COINS_MAX = 24;

const CERTAINTY = { cashtag: 1, name: 0.95, ticker: 0.9, inCompany: 0.7 };
/** How many tokens around an ambiguous word are asked for market words. */
const COMPANY_REACH = 5;
const COMPANY = new Set(
  `volume upgrade lending pool developers fees regulator chart trades liquidity exploit liquidations withdrawals whales
  outperform outperforms dive dives gain gains price prices token tokens coin coins crypto altcoin altcoins blockchain usd usdt usdc ath tvl mainnet airdrop
  staking defi nft wallet holders trading trader traders market marketcap exchange listing listed rally rallies
  surges surge soars jumps drops falls slides plunges dumps pumps bullish bearish breakout support resistance buy
  sell hodl long short binance coinbase kraken network protocol validators bitcoin btc ethereum eth`.split(
    /\s+/,
  ),
);
const QUOTE_COINS = new Set(['USDT', 'USDC', 'BUSD', 'DAI']);
const QUOTES = /^(.{2,8})(?:usdt|usdc|busd|usd)$/;

interface Name {
  readonly coin: string;
  readonly words: readonly string[];
  readonly isAmbiguous: boolean;
}

interface Index {
  readonly tickers: ReadonlyMap<string, CoinName>;
  readonly names: ReadonlyMap<string, readonly Name[]>;
}

interface Found extends Span {
  readonly coin: string;
  readonly certainty: number;
  /** Counts only when something certain in the text names the coin too. */
  readonly isWeak: boolean;
}

export function createCoinFinder(coins: readonly CoinName[] = COINS): CoinFinder {
  const index: Index = {
    tickers: new Map(coins.map((coin) => [coin.coin.toLowerCase(), coin])),
    names: namesByFirstWord(coins),
  };
  return { find: (text) => mentionsOf(findAll(index, tokensOf(text))) };
}

/** A coin nobody described: only its ticker, as a cashtag or in capitals in market company. */
export function plainCoin(coin: string): CoinName {
  return { coin, names: [], ambiguousNames: [], isTickerAmbiguous: true, isTickerLowerCase: false };
}

function namesByFirstWord(coins: readonly CoinName[]): Map<string, Name[]> {
  const names = coins.flatMap(({ coin, names: certain, ambiguousNames }) => [
    ...certain.map((name) => ({ coin, words: name.split(' '), isAmbiguous: false })),
    ...ambiguousNames.map((name) => ({ coin, words: name.split(' '), isAmbiguous: true })),
  ]);
  const byFirst = Map.groupBy(names, ({ words }) => words[0] ?? '');
  for (const list of byFirst.values()) list.sort((a, b) => b.words.length - a.words.length);
  return byFirst;
}

function findAll(index: Index, tokens: readonly Token[]): Found[] {
  const found: Found[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'mark' || token.kind === 'number') continue;
    const name = nameAt(index, tokens, at);
    if (name !== undefined) {
      const end = tokens[at + name.words.length - 1]?.end ?? token.end;
      found.push({ coin: name.coin, start: token.start, end, ...nameCertainty(name, tokens, at) });
      at += name.words.length - 1;
      continue;
    }
    const ticker = tickerAt(index, tokens, at);
    if (ticker !== undefined) found.push({ ...ticker, start: token.start, end: token.end });
  }
  return found;
}

function nameAt({ names }: Index, tokens: readonly Token[], at: number): Name | undefined {
  return names
    .get(bare(tokens[at]))
    ?.find(({ words }) => words.every((word, i) => bare(tokens[at + i]) === word));
}

/** `bitcoin's` is bitcoin. */
function bare(token: Token | undefined): string {
  return token === undefined || token.kind === 'cashtag' ? '' : token.lower.replace(/'s?$/, '');
}

type Certainty = Pick<Found, 'certainty' | 'isWeak'>;

function nameCertainty(name: Name, tokens: readonly Token[], at: number): Certainty {
  if (!name.isAmbiguous) return { certainty: CERTAINTY.name, isWeak: false };
  const isNameLike = /^\p{Lu}/u.test(tokens[at]?.text.replace('#', '') ?? '');
  return { certainty: CERTAINTY.inCompany, isWeak: !isNameLike || !hasCompany(tokens, at) };
}

function tickerAt(
  { tickers }: Index,
  tokens: readonly Token[],
  at: number,
): Pick<Found, 'coin' | 'certainty' | 'isWeak'> | undefined {
  const token = tokens[at];
  if (token === undefined) return undefined;
  const lower = bare(token) === '' ? token.lower : bare(token);
  const direct = tickers.get(lower);
  const entry = direct ?? tickers.get(QUOTES.exec(lower)?.[1] ?? '');
  if (entry === undefined) return undefined;
  const { coin } = entry;
  if (isQuoteOfPair(coin, tokens, at)) return undefined;
  if (token.kind === 'cashtag') return { coin, certainty: CERTAINTY.cashtag, isWeak: false };
  // `LINKUSDT` can be nothing else.
  if (direct === undefined) return { coin, certainty: CERTAINTY.name, isWeak: false };
  const isCapital = token.text.replace('#', '').startsWith(coin);
  if (!isCapital && !entry.isTickerLowerCase) return undefined;
  if (!entry.isTickerAmbiguous) return { coin, certainty: CERTAINTY.ticker, isWeak: false };
  return {
    coin,
    certainty: CERTAINTY.inCompany,
    isWeak: isShouted(tokens, at) || !hasCompany(tokens, at),
  };
}

/** In `LINK/USDT` the text is about the first alone. */
function isQuoteOfPair(coin: string, tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    QUOTE_COINS.has(coin) &&
    before?.kind === 'word' &&
    before.end + 1 === tokens[at]?.start &&
    /^[A-Z0-9]{2,10}$/.test(before.text)
  );
}

/** Market words, figures or cashtags near enough to make a name of a word. */
function hasCompany(tokens: readonly Token[], at: number): boolean {
  for (let step = 1; step <= COMPANY_REACH; step += 1) {
    for (const token of [tokens[at - step], tokens[at + step]]) {
      if (token === undefined) continue;
      if (token.kind === 'cashtag' || COMPANY.has(token.lower)) return true;
      if (token.kind === 'number' && /[%$€]/.test(token.text)) return true;
    }
  }
  return false;
}

/** In `THIS IS THE ONE TO BUY` capitals say nothing. */
function isShouted(tokens: readonly Token[], at: number): boolean {
  const isUpper = (token: Token | undefined): boolean =>
    token?.kind === 'word' && token.text.length > 1 && token.text === token.text.toUpperCase();
  return isUpper(tokens[at - 1]) && isUpper(tokens[at + 1]);
}

function mentionsOf(found: readonly Found[]): CoinMention[] {
  const certain = new Set(found.filter(({ isWeak }) => !isWeak).map(({ coin }) => coin));
  const byCoin = Map.groupBy(
    found.filter(({ coin }) => certain.has(coin)),
    ({ coin }) => coin,
  );
  return [...byCoin].slice(0, COINS_MAX).map(([coin, list]) => ({
    coin,
    spans: list.slice(0, SPANS_MAX).map(({ start, end }) => ({ start, end })),
    certainty: Math.max(...list.map(({ certainty }) => certainty)),
  }));
}
