import { BAD_QUANTITIES } from './lexicon/directions.ts';
import type { Lexicon } from './lexicon/lexicon.ts';
import type { Token } from './tokens.ts';

export interface Hit {
  /** Index of its first token, and how many it takes. */
  readonly at: number;
  readonly length: number;
  readonly value: number;
  readonly kind: 'word' | 'phrase' | 'emoji' | 'direction' | 'number';
}

/** How far a direction looks for its quantity, and a percentage for its direction. */
const REACH = 5;
const TARGETS = new Set(['to', 'into', 'on', 'amid', 'after', 'over', 'as']);
/** One emoji a hundred times is no hundred opinions. */
const SAME_EMOJI_MAX = 2;

/** Every value of the text before what stands near it changes it. */
export function findHits(tokens: readonly Token[], lexicon: Lexicon): Hit[] {
  return numberHits(tokens, quantityHits(tokens, plainHits(tokens, lexicon)));
}

function plainHits(tokens: readonly Token[], lexicon: Lexicon): Hit[] {
  const words = tokens.map(({ kind, lower }) => (kind === 'mark' ? '' : lower));
  const seen = new Map<string, number>();
  const hits: Hit[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'mark' || token.kind === 'cashtag') continue;
    const phrase = lexicon.phraseAt(words, at);
    if (phrase !== undefined) {
      hits.push({ at, length: phrase.length, value: phrase.value, kind: 'phrase' });
      at += phrase.length - 1;
      continue;
    }
    if (token.kind === 'emoji') {
      const value = lexicon.emoji(token.text);
      const times = (seen.get(token.text) ?? 0) + 1;
      seen.set(token.text, times);
      if (value !== undefined && times <= SAME_EMOJI_MAX)
        hits.push({ at, length: 1, value, kind: 'emoji' });
      continue;
    }
    const word = lexicon.word(token.lower);
    if (word !== undefined) {
      hits.push({
        at,
        length: 1,
        value: word.value,
        kind: word.isDirection ? 'direction' : 'word',
      });
    }
  }
  return hits;
}

/** A direction turns round beside a quantity of which more is worse, and then speaks for both. */
function quantityHits(tokens: readonly Token[], hits: readonly Hit[]): Hit[] {
  const spoken = new Set<number>();
  const turned = hits.map((hit) => {
    if (hit.kind !== 'direction') return hit;
    const quantity = near(
      tokens,
      hit.at,
      ({ kind, lower }) => kind === 'word' && BAD_QUANTITIES.has(lower),
    );
    if (quantity === undefined || isTarget(tokens, hit.at, quantity)) return hit;
    spoken.add(quantity);
    return { ...hit, value: -0.8 * hit.value };
  });
  return turned.filter((hit) => hit.kind === 'direction' || hit.length > 1 || !spoken.has(hit.at));
}

/** `slipped to a loss` ends there, `losses slipped` does not. */
function isTarget(tokens: readonly Token[], direction: number, quantity: number): boolean {
  return tokens.slice(direction + 1, quantity).some(({ lower }) => TARGETS.has(lower));
}

/** `crashes 12%` says more than `crashes`; `+5%` and `-5%` speak for themselves. */
function numberHits(tokens: readonly Token[], hits: readonly Hit[]): Hit[] {
  const byIndex = new Map(hits.map((hit) => [hit.at, hit]));
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'number' || byIndex.get(at)?.kind === 'phrase') continue;
    const size = sizeOf(token.text);
    if (size === undefined) continue;
    const beside = near(tokens, at, (_, index) => byIndex.get(index)?.kind === 'direction');
    const direction = beside === undefined ? undefined : byIndex.get(beside);
    if (direction !== undefined) {
      byIndex.set(direction.at, { ...direction, value: direction.value * (1 + size.weight) });
    } else if (size.sign !== 0) {
      byIndex.set(at, { at, length: 1, value: size.sign * (1 + 2 * size.weight), kind: 'number' });
    }
  }
  return [...byIndex.values()].toSorted((a, b) => a.at - b.at);
}

/** Percentages weigh up to 1 (from 20 % on); multiples (`5x`) up to 1 and are good by themselves. */
function sizeOf(text: string): { readonly weight: number; readonly sign: number } | undefined {
  const amount = Number(text.replace(/[^\d.]/g, ''));
  if (!Number.isFinite(amount)) return undefined;
  if (text.endsWith('%')) {
    const sign = text.startsWith('+') ? 1 : /^[-−]/.test(text) ? -1 : 0;
    return { weight: Math.min(1, amount / 20), sign };
  }
  if (/x$/i.test(text) && amount > 1) return { weight: Math.min(1, amount / 10), sign: 0.5 };
  return undefined;
}

/** The index of the nearest token in the clause that fits. */
function near(
  tokens: readonly Token[],
  from: number,
  fits: (token: Token, index: number) => boolean,
): number | undefined {
  let [isLeftOpen, isRightOpen] = [true, true];
  for (let step = 1; step <= REACH; step += 1) {
    const left = tokens[from - step];
    const right = tokens[from + step];
    isLeftOpen &&= left !== undefined && left.kind !== 'mark';
    isRightOpen &&= right !== undefined && right.kind !== 'mark';
    if (isLeftOpen && left !== undefined && fits(left, from - step)) return from - step;
    if (isRightOpen && right !== undefined && fits(right, from + step)) return from + step;
  }
  return undefined;
}
