import { z } from 'zod';

const REASON_MAX = 500;

/** Why somebody acts. Kept for ever, so it must be text that any program can read back. */
export const reason = z
  .string()
  .max(REASON_MAX)
  .refine((text) => text.isWellFormed(), 'expected well-formed Unicode')
  .default('');
