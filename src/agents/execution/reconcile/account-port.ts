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
  readonly pairs: readonly Pair[];
}
