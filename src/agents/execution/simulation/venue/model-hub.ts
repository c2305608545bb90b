import type { VenueBalance, VenueOrder, VenueTrade } from '#exchange/trading/trading-venue.ts';
import { format, fromNumber, parse } from '#core/money/decimal.ts';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Pair } from '#core/model/pair.ts';
import { venueOrder } from './model-order.ts';
import { ModelVenue } from './model-venue.ts';

/** One message of the account's stream, as it was at its instant. */
export type AccountNews =
  | {
      readonly kind: 'order';
      readonly order: VenueOrder;
      readonly trade: VenueTrade | undefined;
    }
  | { readonly kind: 'balance'; readonly balance: VenueBalance }
  | {
      readonly kind: 'flow';
      readonly asset: string;
      readonly amount: DecimalText;
      readonly atMs: number;
    };

export interface HubOptions {
  readonly now: () => number;
  readonly feeFraction: number;
  readonly feeCoin: { readonly asset: string; readonly quotePrice: number } | undefined;
  readonly depth: (pair: Pair) => number;
}

/** The model venue with everybody who listens to the account; outlives every desk. */
export class ModelHub {
  readonly venue: ModelVenue;
  readonly commission: { readonly fraction: number; readonly discountAsset: string | undefined };
  isInMaintenance = false;
  /** Pairs that the venue does not know any more. */
  readonly gone = new Set<Pair>();
  readonly #listeners = new Set<(news: AccountNews) => void>();

  constructor({ now, feeFraction, feeCoin, depth }: HubOptions) {
    this.commission = { fraction: feeFraction, discountAsset: feeCoin?.asset };
    this.venue = new ModelVenue({
      now,
      feeFraction: fromNumber(feeFraction, 8),
      feeCoin: feeCoin && {
        asset: feeCoin.asset,
        quotePrice: fromNumber(feeCoin.quotePrice, 8),
      },
      depth: (pair) => fromNumber(depth(pair), 8),
      tell: (told) => {
        if (told.kind === 'flow') {
          const { asset, atMs } = told;
          this.#tell({ kind: 'flow', asset, amount: format(told.amount), atMs });
          this.#tellBalance(asset);
          return;
        }
        const order = venueOrder(told.order);
        const { clientOrderId } = order;
        const trade = told.trade && { ...told.trade, clientOrderId };
        this.#tell({ kind: 'order', order, trade });
        for (const asset of told.assets) this.#tellBalance(asset);
      },
    });
  }

  listen(listener: (news: AccountNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The balance as it starts, before anybody looks; no history shows it. */
  endow(asset: string, amount: string): void {
    this.venue.engine.funds.move(asset, parse(amount as DecimalText));
  }

  #tellBalance(asset: string): void {
    this.#tell({ kind: 'balance', balance: this.venue.engine.funds.balance(asset) });
  }

  #tell(news: AccountNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}
