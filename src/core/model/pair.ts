import { z } from 'zod';

/** A spot pair in the unified spelling, `BASE/QUOTE`, e.g. `BTC/USDT`. */
export const Pair = z
  .string()
  .regex(/^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/, 'expected BASE/QUOTE, e.g. "BTC/USDT"')
  .brand<'Pair'>();
export type Pair = z.output<typeof Pair>;

/** The asset bought and sold. */
export function baseOf(pair: Pair): string {
  return pair.slice(0, pair.indexOf('/'));
}

/** The asset it is priced in. */
export function quoteOf(pair: Pair): string {
  return pair.slice(pair.indexOf('/') + 1);
}
