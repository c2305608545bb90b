import { z } from 'zod';
import { Pair } from '#core/model/pair.ts';
import { shownAs } from './json-schema.ts';

/** A whole number from a query string. */
export function wholeNumber(minimum: number, maximum: number) {
  const number = z
    .string()
    .regex(/^\d{1,16}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum));
  shownAs.add(number, { schema: { type: 'integer', minimum, maximum } });
  return number;
}

/** The same, where leaving it out means `preset`. */
export function wholeNumberOr(preset: number, minimum: number, maximum: number) {
  const number = wholeNumber(minimum, maximum).default(preset);
  shownAs.add(number, { schema: { type: 'integer', minimum, maximum, default: preset } });
  return number;
}

const TIME_MS_MAX = 8_640_000_000_000_000;

/** Epoch milliseconds. */
export const timeMs = wholeNumber(0, TIME_MS_MAX);

const PAIR_EXAMPLE = 'BTC/USDT';
export const pairQuery = Pair.meta({ examples: [PAIR_EXAMPLE] });

/** Newest first; `cursor` is `nextCursor` of the page before. */
export const pageQuery = {
  limit: wholeNumberOr(50, 1, 500),
  cursor: z.string().min(1).max(200).optional(),
};

export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    items: z.array(item),
    /** Absent on the last page. */
    nextCursor: z.string().optional(),
  });
}

export function listOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item) });
}
