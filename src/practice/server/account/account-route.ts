import type { TradingAccount } from '../../account/trading.ts';
import type { Query } from '../query.ts';
import type { Venue } from '../venue.ts';
import type { ApiKey } from './api-keys.ts';

export type Verb = 'GET' | 'POST' | 'DELETE';

/** A signed request whose account is known. */
export interface AccountCall {
  readonly venue: Venue;
  readonly query: Query;
  readonly account: TradingAccount;
  readonly key: ApiKey;
}

/** One signed line of the REST API and, where it has one, its method of the WebSocket API. */
export interface AccountRoute {
  readonly verb: Verb;
  readonly path: string;
  /** `order.place`; undefined: over REST only. */
  readonly method?: string;
  readonly security: 'TRADE' | 'USER_DATA';
  /** It changes orders: the faults of the order path lie in wait for it. */
  readonly isWrite?: boolean;
  readonly parameters: readonly string[];
  /** Request weight of the venue's documentation of July 2026. */
  weight(query: Query): number;
  /** The JSON value of the answer; throws an ApiError to refuse. */
  answer(call: AccountCall): unknown;
}
