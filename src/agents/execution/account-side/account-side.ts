import type { Broker } from '#broker/broker.ts';
import type { OrderBook, PublicTrade } from '#core/model/market.ts';
import type { MarketView } from '../market-view.ts';
import type { AccountPort } from '../reconcile/account-port.ts';
import type { Execution } from '../agent.ts';

/** The account that execution works on, simulated or real, and what it needs of the world. */
export interface AccountSide {
  readonly broker: Broker;
  /** The real account behind the broker; absent where it is simulated. */
  readonly account?: AccountPort;
  /** What a trade costs a taker, as far as it is known. */
  readonly takerFeeFraction: () => number;
  /** Public books and trades, where the account needs them. */
  readonly onBook?: (book: OrderBook) => void;
  readonly onTrades?: (trades: readonly PublicTrade[]) => void;
  /** Ties what happens on the account to execution; nothing was heard before. */
  begin(execution: Execution): void;
}

export type OpenAccountSide = (market: MarketView) => Promise<AccountSide>;
