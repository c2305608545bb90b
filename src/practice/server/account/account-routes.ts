/** The account itself: balances, commission, how many orders it may still send. */
import { BNB_DISCOUNT, ORDER_COUNT_LIMITS } from '../../account/rules.ts';
import type { AccountView, Balance, TradingAccount } from '../../account/trading.ts';
import { invalidParameter } from '../api-error.ts';
import { filters } from '../exchange-info.ts';
import type { Query } from '../query.ts';
import type { AccountCall, AccountRoute } from './account-route.ts';
import { eight } from './order-payloads.ts';

export const ACCOUNT_ROUTES: readonly AccountRoute[] = [
  {
    verb: 'GET',
    path: '/api/v3/account',
    method: 'account.status',
    security: 'USER_DATA',
    parameters: ['omitZeroBalances'],
    weight: () => 20,
    answer: accountStatus,
  },
  {
    verb: 'GET',
    path: '/api/v3/account/commission',
    method: 'account.commission',
    security: 'USER_DATA',
    parameters: ['symbol'],
    weight: () => 20,
    answer: ({ venue, query, account }) => commission(query.symbol(venue.symbols), account.view()),
  },
  {
    verb: 'GET',
    path: '/api/v3/rateLimit/order',
    method: 'account.rateLimits.orders',
    security: 'USER_DATA',
    parameters: [],
    weight: () => 40,
    answer: ({ account }) => orderLimits(account),
  },
  {
    verb: 'GET',
    path: '/api/v3/myFilters',
    method: 'myFilters',
    security: 'USER_DATA',
    parameters: ['symbol'],
    weight: () => 40,
    answer: ({ venue, query }) => ({
      exchangeFilters: [],
      symbolFilters: filters(venue, query.symbol(venue.symbols)),
      assetFilters: [],
    }),
  },
];

/** The count of unfilled orders as the APIs show it. */
export function orderLimits(account: TradingAccount): readonly unknown[] {
  const counts = account.orderCounts();
  const limit = (interval: string, intervalNum: number, name: 'tenSeconds' | 'day') => ({
    rateLimitType: 'ORDERS',
    interval,
    intervalNum,
    limit: ORDER_COUNT_LIMITS[name],
    count: counts[name],
  });
  return [limit('SECOND', 10, 'tenSeconds'), limit('DAY', 1, 'day')];
}

function accountStatus({ venue, query, account, key }: AccountCall): unknown {
  const view = account.view();
  const isShown = shownBalances(query);
  return {
    makerCommission: basisPoints(view.makerFraction),
    takerCommission: basisPoints(view.takerFraction),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { ...rates(view), ...noSideRates() },
    canTrade: view.canTrade && key.canTrade,
    canWithdraw: key.canWithdraw,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: view.updateTimeMs,
    accountType: 'SPOT',
    balances: allBalances(venue.world.specs, view.balances)
      .filter(isShown)
      .map(({ asset, free, locked }) => ({ asset, free: eight(free), locked: eight(locked) })),
    permissions: ['SPOT'],
    uid: view.uid,
  };
}

function shownBalances(query: Query): (balance: Balance) => boolean {
  const text = query.text('omitZeroBalances');
  if (text !== undefined && text !== 'true' && text !== 'false') {
    throw invalidParameter('omitZeroBalances');
  }
  return text === 'true' ? ({ free, locked }) => Number(free) + Number(locked) > 0 : () => true;
}

/** Every asset of the exchange; what the account never held is there with nothing. */
function allBalances(
  specs: readonly { readonly base: string; readonly quote: string }[],
  held: readonly Balance[],
): readonly Balance[] {
  const byAsset = new Map(held.map((balance) => [balance.asset, balance]));
  for (const asset of specs.flatMap(({ base, quote }) => [base, quote])) {
    if (!byAsset.has(asset)) byAsset.set(asset, { asset, free: '0', locked: '0' });
  }
  return [...byAsset.values()];
}

function commission(symbol: string, view: AccountView): unknown {
  const none = { maker: eight('0'), taker: eight('0'), ...noSideRates() };
  return {
    symbol,
    standardCommission: { ...rates(view), ...noSideRates() },
    specialCommission: none,
    taxCommission: none,
    discount: {
      enabledForAccount: view.paysInBnb,
      enabledForSymbol: true,
      discountAsset: BNB_DISCOUNT.asset,
      discount: eight(BNB_DISCOUNT.discount),
    },
  };
}

const rates = ({ makerFraction, takerFraction }: AccountView) => ({
  maker: eight(makerFraction),
  taker: eight(takerFraction),
});

const noSideRates = () => ({ buyer: eight('0'), seller: eight('0') });

const basisPoints = (fraction: string): number => Math.round(Number(fraction) * 10_000);
