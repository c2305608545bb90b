import { z } from 'zod';
import type { Pair } from '#core/model/pair.ts';
import { DecimalText } from '#core/model/decimal-text.ts';
import { PermanentError } from '#platform/errors.ts';
import { hashId } from '#platform/ids.ts';
import { createAsk } from '../ask.ts';
import { type CcxtClient, isSupported, methodOf } from '../ccxt-client.ts';
import { garbledAnswer } from '../errors.ts';
import type { GuardedRead } from '../guarded-reads.ts';
import { failureOf } from '../venue-failure.ts';
import { GenericOrder, GenericTrade, orderFrom, tradeFrom } from './generic-trading-shapes.ts';
import type { TradingVenue, VenueBalance, VenueFlow } from './trading-venue.ts';
import { NO_PAIR, orNoPair } from '../unknown-pair.ts';

type Reads = Pick<
  TradingVenue,
  'order' | 'openOrders' | 'trades' | 'balances' | 'flows' | 'rights' | 'commission'
>;

const ABSENT = 'absent' as const;
const ACCOUNT_ID_LENGTH = 12;
/** Request weights of these venues are not known: each question counts alike. */
const WEIGHT = 5;

const Quantity = z.union([z.string(), z.number()]).nullish();
const Balances = z.looseObject({
  free: z.record(z.string(), Quantity),
  used: z.record(z.string(), Quantity),
});
const Transfers = z.array(
  z.looseObject({
    id: z.string(),
    currency: z.string(),
    amount: z.union([z.string(), z.number()]),
    timestamp: z.int(),
    status: z.string().nullish(),
  }),
);
const Rate = z.coerce.number().nullish();
const Rates = z.looseObject({ maker: Rate, taker: Rate });

/** Reads of an account of any venue through ccxt's unified methods. */
export function createGenericAccount(options: {
  readonly client: CcxtClient;
  readonly read: GuardedRead;
  readonly apiKey: string;
  /** Whose open orders are asked for. */
  readonly pairs: () => readonly Pair[];
}): Reads {
  const { client, read, apiKey, pairs } = options;
  const ask = createAsk(client, read);
  const priority = 'reconcile' as const;
  const question = (method: string, args: readonly unknown[]) => ({
    name: method,
    method,
    args,
    weight: WEIGHT,
    priority,
  });

  return {
    order: async (name) => {
      const args =
        'venueOrderId' in name
          ? [name.venueOrderId, name.pair]
          : [undefined, name.pair, { clientOrderId: name.clientOrderId }];
      const call = { name: 'fetchOrder', weight: WEIGHT, priority };
      const found = await read(call, () => orderOrAbsent(client, args));
      if (found === ABSENT) return ABSENT;
      const order = GenericOrder.safeParse(found);
      if (!order.success) throw garbledAnswer('fetchOrder', order.error);
      return orderFrom(order.data);
    },

    openOrders: async () => {
      const found: GenericOrder[] = [];
      for (const pair of pairs()) {
        const asked = ask(question('fetchOpenOrders', [pair]), z.array(GenericOrder));
        const orders = await orNoPair(asked);
        // A pair that has left the venue has no open order there, and says nothing of the others.
        if (orders !== NO_PAIR) found.push(...orders);
      }
      return found.map(orderFrom);
    },

    trades: async (query) => {
      // Without numbers to go on by, the time of the last one is asked for again.
      const sinceMs = 'sinceMs' in query ? Math.floor(query.sinceMs) : undefined;
      const args = [query.pair, sinceMs, query.limit];
      const rows = await ask(question('fetchMyTrades', args), z.array(GenericTrade));
      const trades = rows.map(tradeFrom);
      if (!('fromId' in query)) return trades;
      const from = trades.findIndex(({ venueTradeId }) => venueTradeId === query.fromId);
      return from < 0 ? [] : trades.slice(from);
    },

    balances: async () => balancesFrom(await ask(question('fetchBalance', []), Balances)),

    flows: async (sinceMs) => {
      const flows: VenueFlow[] = [];
      for (const [method, kind] of TRANSFERS) {
        if (!isSupported(client, method)) continue;
        const args = [undefined, Math.floor(sinceMs)];
        flows.push(...transferFlows(kind, await ask(question(method, args), Transfers)));
      }
      return flows;
    },

    // ccxt has no number of an account and no rights of a key: the key stands for its account.
    rights: () =>
      Promise.resolve({
        accountId: `key-${hashId([apiKey], ACCOUNT_ID_LENGTH)}`,
        canTrade: true,
        canWithdraw: undefined,
        isIpRestricted: undefined,
      }),

    commission: async (pair) => {
      const { maker, taker } = await ask(question('fetchTradingFee', [pair]), Rates);
      return { ...feesFrom(maker, taker), discountAsset: undefined };
    },
  };
}

function feesFrom(maker: number | null | undefined, taker: number | null | undefined) {
  if (typeof maker !== 'number' || typeof taker !== 'number') {
    throw new PermanentError('venue-not-supported', 'the venue does not say its fees');
  }
  return { makerFraction: maker, takerFraction: taker };
}

function balancesFrom({ free, used }: z.output<typeof Balances>): readonly VenueBalance[] {
  const amount = (value: z.output<typeof Quantity>) => DecimalText.parse(String(value ?? 0));
  return Object.keys(free).map((asset) => ({
    asset,
    free: amount(free[asset]),
    locked: amount(used[asset]),
  }));
}

const TRANSFERS = [
  ['fetchDeposits', 'deposit'],
  ['fetchWithdrawals', 'withdrawal'],
] as const;

function transferFlows(
  kind: 'deposit' | 'withdrawal',
  rows: z.output<typeof Transfers>,
): readonly VenueFlow[] {
  return rows
    .filter(({ status }) => status !== 'failed' && status !== 'canceled')
    .map(({ id, currency, amount, timestamp }) => {
      const text = DecimalText.parse(String(amount));
      const signed = kind === 'deposit' ? text : DecimalText.parse(`-${text}`);
      return { kind, id, asset: currency, amount: signed, atMs: timestamp };
    });
}

/** Only the venue's own word, as ccxt knows it, makes an order absent. */
async function orderOrAbsent(client: CcxtClient, args: readonly unknown[]): Promise<unknown> {
  const method = methodOf(client, 'fetchOrder');
  if (method === undefined || !isSupported(client, 'fetchOrder')) {
    throw new PermanentError('venue-not-supported', 'the venue answers for no single order');
  }
  try {
    return await method(...args);
  } catch (error) {
    if (failureOf(error).classes.includes('OrderNotFound')) return ABSENT;
    throw error;
  }
}
