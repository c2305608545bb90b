/** An analyst without an opinion, for measuring only: it wants to hold every pair. */
import { defineAnalyst } from '#core/committee/analyst.ts';
import { z } from 'zod';

export const analyst = defineAnalyst({
  name: 'buying',
  leaning: 'neutral',
  params: z.strictObject({}),
  warmUp: () => 2,
  analyse: () => ({ stance: 1, confidence: 1, evidence: [{ text: 'buying', values: {} }] }),
});
