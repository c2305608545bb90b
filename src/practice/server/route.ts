import type { Query } from './query.ts';
import type { Venue } from './venue.ts';

/** One line of the REST API: what it takes, what it costs, what it answers. */
export interface Route {
  readonly path: string;
  readonly parameters: readonly string[];
  /** Request weight of the venue's documentation of July 2026. */
  weight(query: Query): number;
  /** The JSON value of the answer; throws an ApiError to refuse. */
  answer(venue: Venue, query: Query): unknown;
}
