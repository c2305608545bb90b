import { z } from 'zod';

/** How much a message matters, lowest first. */
export const Level = z.enum(['info', 'notice', 'warning', 'critical']);
export type Level = z.output<typeof Level>;

const RANK: Readonly<Record<Level, number>> = { info: 0, notice: 1, warning: 2, critical: 3 };

export function levelRank(level: Level): number {
  return RANK[level];
}

export function isAtLeast(level: Level, minimum: Level): boolean {
  return RANK[level] >= RANK[minimum];
}
