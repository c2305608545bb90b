/** Times and limit of the account's histories: never more than a day at once. */
import { ApiError } from '../api-error.ts';
import type { Query } from '../query.ts';
import { given } from './given.ts';

const LIMIT = 500;
const LIMIT_MAX = 1000;
const DAY_MS = 24 * 3_600_000;

export const RANGE_PARAMETERS = ['startTime', 'endTime', 'limit'];

export interface HistoryRange {
  readonly startMs?: number;
  readonly endMs?: number;
  readonly limit: number;
}

export function listRange(query: Query): HistoryRange {
  return {
    limit: query.limit(LIMIT, LIMIT_MAX),
    ...given({ startMs: query.timeMs('startTime'), endMs: query.timeMs('endTime') }),
  };
}

export function checkSpan({ startMs, endMs }: HistoryRange): void {
  if (startMs === undefined || endMs === undefined || endMs - startMs <= DAY_MS) return;
  throw new ApiError(-1127, 'More than 24 hours between startTime and endTime.');
}
