import { z } from 'zod';

/** A whole number from a query string; shown as an integer at /docs. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

const TIME_MS_MAX = 8_640_000_000_000_000;

/** Epoch milliseconds. */
export const timeMs = wholeNumber(0, TIME_MS_MAX);

/** Newest first; `cursor` is `nextCursor` of the page before. */
export const pageQuery = {
  limit: wholeNumber(1, 500).default(50),
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
