import { z } from 'zod';

/**
 * A decimal number as text, as venues send it and as the ledger stores it. `core/money` is the only
 * place that computes with it.
 */
export const DecimalText = z
  .string()
  .regex(/^-?(0|[1-9]\d*)(\.\d+)?$/, 'expected a plain decimal such as "0.125"')
  .brand<'DecimalText'>();
export type DecimalText = z.output<typeof DecimalText>;
