import type { Opinion } from '../analyst.ts';

/** An opinion without weight, and why. */
export function silent(text: string): Opinion {
  return { stance: 0, confidence: 0, evidence: [{ text, values: {} }] };
}
