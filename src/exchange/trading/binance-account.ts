import { z } from 'zod';
import type { Pair } from '#core/model/pair.ts';
import { failureOf } from '../venue-failure.ts';
import { cancelParams } from './order-params.ts';
import {
  orderOf,
  OrderPayload,
  tradeOf,
  TradePayload,
  VenueAmount,
  VenueId,
} from './order-shapes.ts';
import type { SignedAsk } from './signed-asks.ts';
import type { TradingSymbols } from './trading-symbols.ts';
import type { TradeQuery, TradingVenue, VenueOrder } from './trading-venue.ts';

type Reads = Pick<
  TradingVenue,
  'order' | 'openOrders' | 'trades' | 'balances' | 'rights' | 'commission'
>;

const NO_SUCH_ORDER = -2013;
const ABSENT = 'absent' as const;
const TRADES_MAX = 1_000;

const Fraction = VenueAmount.transform(Number);
const Account = z.looseObject({
  uid: VenueId,
  canTrade: z.boolean(),
  // An account always lists what it can hold: nothing at all is an answer that went wrong.
  balances: z.array(z.looseObject({ asset: z.string(), free: VenueAmount, locked: VenueAmount })),
});
const Restrictions = z.looseObject({
  ipRestrict: z.boolean(),
  enableWithdrawals: z.boolean(),
  enableSpotAndMarginTrading: z.boolean(),
});
const Rates = z.looseObject({
  maker: Fraction,
  taker: Fraction,
  buyer: Fraction,
  seller: Fraction,
});
const CommissionRates = z.looseObject({
  standardCommission: Rates,
  specialCommission: Rates.optional(),
  taxCommission: Rates,
  discount: z.looseObject({
    enabledForAccount: z.boolean(),
    enabledForSymbol: z.boolean(),
    discountAsset: z.string().nullish(),
  }),
});

/** Reads of one account of a Binance-shaped venue. Weights as in `rest-api.md` of July 2026. */
export function createBinanceAccount(options: {
  readonly ask: SignedAsk;
  readonly symbols: TradingSymbols;
  /** A test network has no wallet: it does not say what a key may do there. */
  readonly hasWallet: boolean;
}): Reads {
  const { ask, symbols, hasWallet } = options;

  async function pairsOf(payloads: readonly OrderPayload[]): Promise<readonly VenueOrder[]> {
    await symbols.learn(payloads.map(({ symbol }) => symbol));
    return payloads.flatMap((payload) => {
      const pair = symbols.pairOf(payload.symbol);
      return pair === undefined ? [] : [orderOf(pair, payload)];
    });
  }

  return {
    order: async (name) => {
      const params = cancelParams(symbols.symbolOf(name.pair), name);
      const question = { name: 'order', method: 'privateGetOrder', params, weight: 4 };
      const recover = absentOrNothing;
      const found = await ask({ ...question, recover }, z.union([z.literal(ABSENT), OrderPayload]));
      return found === ABSENT ? ABSENT : orderOf(name.pair, found);
    },

    openOrders: async () => {
      const question = { name: 'open-orders', method: 'privateGetOpenOrders', weight: 80 };
      return pairsOf(await ask(question, z.array(OrderPayload)));
    },

    trades: async (query) => {
      const params = tradeParams(symbols.symbolOf(query.pair), query);
      const question = { name: 'my-trades', method: 'privateGetMyTrades', params, weight: 20 };
      const rows = await ask(question, z.array(TradePayload));
      return rows.map((row) => tradeOf(query.pair, row));
    },

    balances: async () => {
      const account = await ask(accountQuestion, Account);
      return account.balances.map(({ asset, free, locked }) => ({ asset, free, locked }));
    },

    rights: async () => {
      const { uid, canTrade } = await ask(accountQuestion, Account);
      if (!hasWallet) {
        return { accountId: uid, canTrade, canWithdraw: undefined, isIpRestricted: undefined };
      }
      const method = 'sapiGetAccountApiRestrictions';
      const question = { name: 'key-restrictions', method, weight: 1 };
      const key = await ask(question, Restrictions);
      return {
        accountId: uid,
        canTrade: canTrade && key.enableSpotAndMarginTrading,
        canWithdraw: key.enableWithdrawals,
        isIpRestricted: key.ipRestrict,
      };
    },

    commission: async (pair: Pair) => {
      const params = { symbol: symbols.symbolOf(pair) };
      const method = 'privateGetAccountCommission';
      const rates = await ask({ name: 'commission', method, params, weight: 20 }, CommissionRates);
      const { discount } = rates;
      const isDiscounted = discount.enabledForAccount && discount.enabledForSymbol;
      return {
        ...fractionsOf(rates),
        discountAsset: isDiscounted ? (discount.discountAsset ?? undefined) : undefined,
      };
    },
  };
}

const accountQuestion = { name: 'account', method: 'privateGetAccount', weight: 20 } as const;

/** Every part is taken; of buyer and seller rate the dearer stands for both. */
function fractionsOf(rates: z.output<typeof CommissionRates>) {
  const { standardCommission, specialCommission, taxCommission } = rates;
  let makerFraction = 0;
  let takerFraction = 0;
  for (const part of [standardCommission, taxCommission, specialCommission]) {
    if (part === undefined) continue;
    const bySide = Math.max(part.buyer, part.seller);
    makerFraction += part.maker + bySide;
    takerFraction += part.taker + bySide;
  }
  return { makerFraction, takerFraction };
}

function absentOrNothing(error: unknown): typeof ABSENT | undefined {
  const { venueCode, httpStatus } = failureOf(error);
  const isClientFault = httpStatus !== undefined && httpStatus >= 400 && httpStatus < 500;
  return venueCode === NO_SUCH_ORDER && isClientFault ? ABSENT : undefined;
}

function tradeParams(symbol: string, query: TradeQuery) {
  const common = { symbol, limit: Math.min(query.limit, TRADES_MAX) };
  return 'fromId' in query
    ? { ...common, fromId: query.fromId }
    : { ...common, startTime: Math.max(0, Math.floor(query.sinceMs)) };
}
