import { z } from 'zod';

/** Longest look-back; the shared series holds a few hundred candles. */
const INTERVAL_MAX = 500;

export function interval(fallback: number, min = 1): z.ZodDefault<z.ZodInt> {
  return z.int().min(min).max(INTERVAL_MAX).default(fallback);
}

/** Params of an indicator that has a single look-back. */
export function intervalOnly(
  fallback: number,
  min = 1,
): z.ZodObject<{ interval: z.ZodDefault<z.ZodInt> }, z.core.$strict> {
  return z.strictObject({ interval: interval(fallback, min) });
}
