import type { DecimalText } from '#core/model/decimal-text.ts';
import type { Fill } from '#core/model/fill.ts';
import type { ClientOrderId } from '#core/model/order.ts';
import type { Pair } from '#core/model/pair.ts';

interface About {
  readonly clientOrderId: ClientOrderId;
  readonly pair: Pair;
  readonly atMs: number;
}

/**
 * What a venue says about one order, from whichever channel: the answer to a command, the stream,
 * a poll or reconciliation. The same thing may be said twice and in any order.
 */
export type OrderEvent =
  | (About & {
      readonly kind: 'accepted';
      readonly venueOrderId: string;
      readonly isPending: boolean;
      /** Where the venue chose the quantity (an exit sized from its entry): what it works with. */
      readonly qty?: DecimalText;
    })
  | (About & { readonly kind: 'triggered' })
  /** A trailing stop followed the price to a new level. */
  | (About & { readonly kind: 'trailed'; readonly stopPrice: DecimalText })
  | (About & { readonly kind: 'fill'; readonly fill: Fill })
  | (About & { readonly kind: 'cancelled'; readonly reason: string })
  | (About & { readonly kind: 'rejected'; readonly code: string; readonly reason: string })
  | (About & { readonly kind: 'expired'; readonly reason: string })
  | (About & { readonly kind: 'expired-in-match'; readonly reason: string });
