/**
 * The few wallet calls the desk reads: what the key may do, fees per symbol, and every way by which
 * money comes and goes other than by trades. Shapes of the venue's wallet and convert documentation.
 */
import type { Transfer } from '../../account/trading.ts';
import { mandatoryParameter } from '../api-error.ts';
import type { Query } from '../query.ts';
import type { AccountCall, AccountRoute } from './account-route.ts';
import { given } from './given.ts';
import { eight } from './order-payloads.ts';

const KEY_CREATED_MS = Date.UTC(2024, 0, 1);
const DEPOSIT_SUCCESS = 1;
const WITHDRAWAL_COMPLETED = 6;
const CONVERT_LIMIT = 100;
const CONVERT_LIMIT_MAX = 1000;
const HISTORY_LIMIT_MAX = 1000;

export const SAPI_ROUTES: readonly AccountRoute[] = [
  {
    verb: 'GET',
    path: '/sapi/v1/account/apiRestrictions',
    security: 'USER_DATA',
    parameters: [],
    weight: () => 1,
    answer: ({ key }) => ({
      ipRestrict: key.isIpRestricted,
      createTime: KEY_CREATED_MS,
      enableReading: true,
      enableWithdrawals: key.canWithdraw,
      enableInternalTransfer: false,
      enableMargin: false,
      enableFutures: false,
      permitsUniversalTransfer: false,
      enableVanillaOptions: false,
      enableFixApiTrade: false,
      enableFixReadOnly: false,
      enableSpotAndMarginTrading: key.canTrade,
      enablePortfolioMarginTrading: false,
    }),
  },
  {
    verb: 'GET',
    path: '/sapi/v1/asset/tradeFee',
    security: 'USER_DATA',
    parameters: ['symbol'],
    weight: () => 1,
    answer: ({ venue, query, account }) => {
      const { makerFraction: maker, takerFraction: taker } = account.view();
      const symbols = query.has('symbol') ? [query.symbol(venue.symbols)] : venue.symbols.keys();
      return [...symbols].map((symbol) => ({
        symbol,
        makerCommission: shortest(maker),
        takerCommission: shortest(taker),
      }));
    },
  },
  {
    verb: 'GET',
    path: '/sapi/v1/capital/deposit/hisrec',
    security: 'USER_DATA',
    parameters: [
      'includeSource',
      'coin',
      'status',
      'startTime',
      'endTime',
      'offset',
      'limit',
      'txId',
    ],
    weight: () => 1,
    answer: (call) => page(call, transfers(call, 'deposit')).map(deposit),
  },
  {
    verb: 'GET',
    path: '/sapi/v1/capital/withdraw/history',
    security: 'USER_DATA',
    parameters: [
      'coin',
      'withdrawOrderId',
      'status',
      'offset',
      'limit',
      'idList',
      'startTime',
      'endTime',
    ],
    weight: () => 1,
    answer: (call) => page(call, transfers(call, 'withdrawal')).map(withdrawal),
  },
  {
    verb: 'GET',
    path: '/sapi/v1/convert/tradeFlow',
    security: 'USER_DATA',
    parameters: ['startTime', 'endTime', 'limit'],
    weight: () => 1,
    answer: convertFlow,
  },
  {
    // Small balances changed into BNB: nobody can do that here, so there is never any.
    verb: 'GET',
    path: '/sapi/v1/asset/dribblet',
    security: 'USER_DATA',
    parameters: ['accountType', 'startTime', 'endTime'],
    weight: () => 1,
    answer: () => ({ total: 0, userAssetDribblets: [] }),
  },
];

function transfers({ query, account }: AccountCall, kind: Transfer['kind']): readonly Transfer[] {
  const coin = query.text('coin');
  const found = account.transfers({ kind, ...range(query) });
  // The newest first, as the wallet's histories are.
  return found.filter((transfer) => coin === undefined || transfer.asset === coin).toReversed();
}

function range(query: Query): { readonly startMs?: number; readonly endMs?: number } {
  return given({ startMs: query.timeMs('startTime'), endMs: query.timeMs('endTime') });
}

function page({ query }: AccountCall, all: readonly Transfer[]): readonly Transfer[] {
  const from = query.whole('offset') ?? 0;
  return all.slice(from, from + query.limit(HISTORY_LIMIT_MAX, HISTORY_LIMIT_MAX));
}

function deposit(transfer: Transfer): unknown {
  return {
    id: transfer.id,
    amount: shortest(transfer.amount),
    coin: transfer.asset,
    network: transfer.asset,
    status: DEPOSIT_SUCCESS,
    address: 'practice',
    addressTag: '',
    txId: `practice-${transfer.id}`,
    insertTime: transfer.timeMs,
    completeTime: transfer.timeMs,
    transferType: 0,
    confirmTimes: '1/1',
    unlockConfirm: 0,
    walletType: 0,
  };
}

function withdrawal(transfer: Transfer): unknown {
  return {
    id: transfer.id,
    amount: shortest(transfer.amount),
    transactionFee: '0',
    coin: transfer.asset,
    status: WITHDRAWAL_COMPLETED,
    address: 'practice',
    txId: `practice-${transfer.id}`,
    applyTime: wallTime(transfer.timeMs),
    network: transfer.asset,
    transferType: 0,
    withdrawOrderId: '',
    info: '',
    confirmNo: 1,
    walletType: 0,
    txKey: '',
    completeTime: wallTime(transfer.timeMs),
  };
}

function convertFlow(call: AccountCall): unknown {
  const { query } = call;
  const startTime = query.timeMs('startTime');
  const endTime = query.timeMs('endTime');
  if (startTime === undefined) throw mandatoryParameter('startTime');
  if (endTime === undefined) throw mandatoryParameter('endTime');
  const limit = query.limit(CONVERT_LIMIT, CONVERT_LIMIT_MAX);
  const all = transfers(call, 'convert');
  const list = all.slice(0, limit).map((transfer) => ({
    quoteId: `q${transfer.id}`,
    orderId: transfer.id,
    orderStatus: 'SUCCESS',
    fromAsset: transfer.asset,
    fromAmount: shortest(transfer.amount),
    toAsset: transfer.toAsset ?? '',
    toAmount: shortest(transfer.toAmount ?? '0'),
    ratio: ratio(transfer.toAmount, transfer.amount),
    inverseRatio: ratio(transfer.amount, transfer.toAmount),
    createTime: transfer.timeMs,
  }));
  return { list, startTime, endTime, limit, moreData: all.length > limit };
}

/** What the venue shows of a price; nobody reckons with it. */
function ratio(of: string | undefined, to: string | undefined): string {
  const value = Number(of ?? 0) / Number(to ?? 0);
  return eight(Number.isFinite(value) ? value.toFixed(8) : '0');
}

/** The wallet writes amounts without the trailing zeros of the trading API. */
function shortest(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount;
}

/** `2026-07-21 09:00:00`, UTC. */
function wallTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
