import { COMPARED, CONCESSIONS, HEDGES, TURNS } from './lexicon/modifiers.ts';
import type { Token } from './tokens.ts';

const BEFORE_TURN = 0.6;
const AFTER_TURN = 1.3;
const CONCEDED = 0.6;
const HEDGED = 0.6;
const COMPARED_WEIGHT = 0.3;
/** What a whole sentence weighs by how it ends: a question asks, it does not say. */
const SENTENCE: Readonly<Record<string, number>> = { '?': 0.5, '!': 1.15 };

/** What each token's clause weighs in its sentence. */
export function clauseWeights(tokens: readonly Token[]): Float64Array {
  const weights = new Float64Array(tokens.length).fill(1);
  let start = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    const token = tokens[at];
    if (token !== undefined && !endsSentence(token)) continue;
    weighSentence(tokens, weights, { start, end: at });
    start = at + 1;
  }
  return weights;
}

function endsSentence({ kind, text }: Token): boolean {
  return kind === 'mark' && /[.!?\n|…]/.test(text);
}

function weighSentence(
  tokens: readonly Token[],
  weights: Float64Array,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  const whole = SENTENCE[tokens[end]?.text ?? ''] ?? 1;
  let turn = start;
  let clause = 1;
  for (let at = start; at < end; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    clause = clauseAfter(token, clause);
    if (TURNS.has(token.lower)) turn = at;
    weights[at] = whole * clause;
  }
  // A turn at the start answers the sentence before; this one has no two sides.
  if (turn === start) return;
  for (let at = start; at < end; at += 1) {
    weights[at] = (weights[at] ?? 1) * (at < turn ? BEFORE_TURN : AFTER_TURN);
  }
}

/** A hedge or concession holds to the next mark. */
function clauseAfter({ kind, lower }: Token, before: number): number {
  if (kind === 'mark') return 1;
  if (COMPARED.has(lower)) return COMPARED_WEIGHT;
  if (HEDGES.has(lower)) return HEDGED;
  return CONCESSIONS.has(lower) ? CONCEDED : before;
}
