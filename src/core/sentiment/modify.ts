import type { Hit } from './hits.ts';
import {
  HALF_NEGATIONS,
  INTENSIFIERS,
  NEGATIONS,
  NO_NEGATION_AFTER,
  REMEDIES,
} from './lexicon/modifiers.ts';
import type { Token } from './tokens.ts';

/** How many words before a hit may turn it round or strengthen it. */
const NEGATION_REACH = 4;
const INTENSITY_REACH = 2;
const REMEDY_REACH = 3;
/** `not good` is less bad than `bad`; `not bad` far less good than `good`. */
const NEGATED_GOOD = -0.75;
const NEGATED_BAD = -0.5;
const HALF_NEGATED = -0.3;
const REMEDIED = -0.4;
const CAPITALS = 1.2;

/** What the words before a hit, and its own capitals, make of its value. */
export function modify(tokens: readonly Token[], hits: readonly Hit[]): Hit[] {
  const isShouted = mostlyCapitals(tokens);
  const taken = new Set(hits.flatMap(({ at, length }) => Array.from({ length }, (_, i) => at + i)));
  return hits.map((hit) => {
    const intensity = intensityBefore(tokens, hit.at);
    const emphasis = !isShouted && isCapital(tokens[hit.at]) ? CAPITALS : 1;
    const negation = hit.kind === 'emoji' ? 1 : negationBefore({ tokens, taken }, hit);
    const remedy = hit.value < 0 && isRemedied(tokens, hit) ? REMEDIED : 1;
    return { ...hit, value: hit.value * intensity * emphasis * negation * remedy };
  });
}

function intensityBefore(tokens: readonly Token[], at: number): number {
  let factor = 1;
  for (let step = 1; step <= INTENSITY_REACH; step += 1) {
    const token = tokens[at - step];
    if (token === undefined || token.kind === 'mark') break;
    factor *= INTENSIFIERS.get(token.lower) ?? 1;
  }
  return factor;
}

/** Two negations in reach cancel each other. */
function negationBefore(
  { tokens, taken }: { readonly tokens: readonly Token[]; readonly taken: ReadonlySet<number> },
  hit: Hit,
): number {
  let [negations, isHalf] = [0, false];
  for (let step = 1; step <= NEGATION_REACH; step += 1) {
    const at = hit.at - step;
    const token = tokens[at];
    if (token === undefined || token.kind === 'mark') break;
    // A negation inside a phrase (`no brainer`) is spent.
    if (taken.has(at) && !NEGATIONS.has(token.lower)) continue;
    if (isNegation(tokens, at)) negations += taken.has(at) ? 0 : 1;
    else if (step <= 2 && HALF_NEGATIONS.has(token.lower)) isHalf = true;
  }
  if (negations % 2 === 1) return hit.value > 0 ? NEGATED_GOOD : NEGATED_BAD;
  return isHalf ? HALF_NEGATED : 1;
}

/** Directions have their own sense of a quantity (`reduces losses`). */
function isRemedied(tokens: readonly Token[], { at, kind }: Hit): boolean {
  if (kind !== 'word' && kind !== 'phrase') return false;
  for (let step = 1; step <= REMEDY_REACH; step += 1) {
    const token = tokens[at - step];
    if (token === undefined || token.kind === 'mark') return false;
    if (REMEDIES.has(token.lower)) return true;
  }
  return false;
}

function isNegation(tokens: readonly Token[], at: number): boolean {
  const lower = tokens[at]?.lower ?? '';
  if (!NEGATIONS.has(lower)) return false;
  return NO_NEGATION_AFTER.get(lower)?.has(tokens[at + 1]?.lower ?? '') !== true;
}

function isCapital(token: Token | undefined): boolean {
  return token?.kind === 'word' && token.text.length > 2 && token.text === token.text.toUpperCase();
}

function mostlyCapitals(tokens: readonly Token[]): boolean {
  const words = tokens.filter(({ kind }) => kind === 'word');
  return 2 * words.filter(isCapital).length >= words.length;
}
