import { z } from 'zod';

export const AgentState = z.enum([
  'starting',
  'ready',
  'degraded',
  'draining',
  'backing-off',
  'stopped',
]);
export type AgentState = z.output<typeof AgentState>;

/** One process as the coordinator sees it. */
export const AgentStatus = z.strictObject({
  agent: z.string(),
  instance: z.string(),
  pid: z.int().optional(),
  /** The instance whose process it shares; its memory is counted there. */
  within: z.string().optional(),
  state: AgentState,
  healthScore: z.number().min(0).max(100),
  restarts: z.int().nonnegative(),
  lastVerdict: z.string().optional(),
  startedMs: z.int(),
  beatMs: z.int().optional(),
  progressMs: z.int().optional(),
  loopDelayMs: z.number().optional(),
  pssBytes: z.int().optional(),
  rssBytes: z.int().optional(),
  workInHand: z.int().optional(),
  workWaiting: z.int().optional(),
  evaluationMs: z.number().optional(),
  checks: z.array(z.strictObject({ name: z.string(), isOk: z.boolean(), detail: z.string() })),
  host: z.string(),
});
export type AgentStatus = Readonly<z.output<typeof AgentStatus>>;
