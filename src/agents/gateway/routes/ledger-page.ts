import { z } from 'zod';
import type { Page } from '#ledger/reader.ts';
import { pageQuery } from '../http/query.ts';

/** Query of a page of rows, whose cursor is the number of a row. */
export const LedgerPage = {
  ...pageQuery,
  cursor: z
    .string()
    .regex(/^\d{1,16}$/, 'expected nextCursor of the page before')
    .optional(),
};

export function pageAnswer<T>({ rows, nextCursor }: Page<T>): { items: T[]; nextCursor?: string } {
  return { items: [...rows], ...(nextCursor === undefined ? {} : { nextCursor }) };
}
