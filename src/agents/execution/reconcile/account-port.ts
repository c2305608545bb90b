import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import type { TradingVenue } from '#exchange/trading/trading-venue.ts';

/** The account at a venue that is reconciled; a simulated account has none. */
export interface AccountPort {
  readonly venue: Pick<
    TradingVenue,
    'id' | 'openOrders' | 'order' | 'trades' | 'balances' | 'flows' | 'rights'
  >;
  /** Quote that the desk may use; undefined = all that is free at the first start. */
  readonly capitalQuote: DecimalText | undefined;
  /** Of the start; some come with the venue. */
  readonly pairs: readonly Pair[];
  /** The pairs in use from now on: whose orders are asked for and whose fees are kept. */
  follow(pairs: readonly Pair[]): void;
  /**
   * Asks what must be known of a pair before it is traded.
   * @throws TransientError or PermanentError when the venue does not say.
   */
  learn(pair: Pair): Promise<void>;
}
