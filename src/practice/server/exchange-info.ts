/** The answer of `exchangeInfo`: shapes of the venue's own (recorded 2024-09, docs of 2026-07). */
import { amountText } from '../account/amount.ts';
import { marketQtyMax } from '../account/filters.ts';
import { DEFAULT_STP_MODE, ORDER_COUNT_LIMITS, RULES } from '../account/rules.ts';
import type { SymbolStatus } from '../world.ts';
import { WEIGHT_PER_MINUTE } from './request-limits.ts';
import type { Venue } from './venue.ts';

const ORDER_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
];
const STP_MODES = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT'];
const RATE_LIMITS = [
  {
    rateLimitType: 'REQUEST_WEIGHT',
    interval: 'MINUTE',
    intervalNum: 1,
    limit: WEIGHT_PER_MINUTE,
  },
  {
    rateLimitType: 'ORDERS',
    interval: 'SECOND',
    intervalNum: 10,
    limit: ORDER_COUNT_LIMITS.tenSeconds,
  },
  { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: ORDER_COUNT_LIMITS.day },
  { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 300_000 },
];

export interface ExchangeInfoQuery {
  readonly symbols: readonly string[] | undefined;
  readonly status: SymbolStatus | undefined;
  readonly permissions: readonly string[] | undefined;
  readonly showPermissionSets: boolean;
}

export function exchangeInfo(venue: Venue, query: ExchangeInfoQuery): unknown {
  const isSpotAsked = query.permissions === undefined || query.permissions.includes('SPOT');
  const asked = query.symbols ?? [...venue.symbols.keys()];
  const shown = asked.filter(
    (symbol) => query.status === undefined || venue.world.status(symbol) === query.status,
  );
  return {
    timezone: 'UTC',
    serverTime: venue.saysNow(),
    rateLimits: RATE_LIMITS,
    exchangeFilters: [],
    symbols: (isSpotAsked ? shown : []).map((symbol) =>
      symbolInfo(venue, symbol, query.showPermissionSets),
    ),
  };
}

function symbolInfo(venue: Venue, symbol: string, showPermissionSets: boolean): unknown {
  const { spec } = venue.textOf(symbol);
  return {
    symbol,
    status: venue.world.status(symbol),
    baseAsset: spec.base,
    baseAssetPrecision: 8,
    quoteAsset: spec.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ORDER_TYPES,
    icebergAllowed: false,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
    cancelReplaceAllowed: true,
    amendAllowed: false,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filters(venue, symbol),
    permissions: [],
    permissionSets: showPermissionSets ? [['SPOT']] : [],
    defaultSelfTradePreventionMode: DEFAULT_STP_MODE,
    allowedSelfTradePreventionModes: STP_MODES,
  };
}

export function filters(venue: Venue, symbol: string): readonly unknown[] {
  const { spec } = venue.textOf(symbol);
  const { tickSize, stepSize, minNotional } = venue.rulesOf(symbol);
  const eight = (text: string): string => {
    const [whole = '0', fraction = ''] = text.split('.');
    return `${whole}.${fraction.padEnd(8, '0').slice(0, 8)}`;
  };
  return [
    {
      filterType: 'PRICE_FILTER',
      minPrice: eight(tickSize),
      maxPrice: eight(RULES.maxPrice),
      tickSize: eight(tickSize),
    },
    {
      filterType: 'LOT_SIZE',
      minQty: eight(spec.minQty),
      maxQty: eight(spec.maxQty),
      stepSize: eight(stepSize),
    },
    { filterType: 'ICEBERG_PARTS', limit: 10 },
    {
      filterType: 'MARKET_LOT_SIZE',
      minQty: '0.00000000',
      maxQty: amountText(marketQtyMax(spec)),
      stepSize: '0.00000000',
    },
    {
      filterType: 'TRAILING_DELTA',
      minTrailingAboveDelta: RULES.trailingDeltaMin,
      maxTrailingAboveDelta: RULES.trailingDeltaMax,
      minTrailingBelowDelta: RULES.trailingDeltaMin,
      maxTrailingBelowDelta: RULES.trailingDeltaMax,
    },
    {
      filterType: 'PERCENT_PRICE_BY_SIDE',
      bidMultiplierUp: RULES.multiplierUp,
      bidMultiplierDown: RULES.multiplierDown,
      askMultiplierUp: RULES.multiplierUp,
      askMultiplierDown: RULES.multiplierDown,
      avgPriceMins: RULES.avgPriceMinutes,
    },
    {
      filterType: 'NOTIONAL',
      minNotional: eight(minNotional),
      applyMinToMarket: true,
      maxNotional: eight(RULES.maxNotional),
      applyMaxToMarket: false,
      avgPriceMins: RULES.avgPriceMinutes,
    },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: RULES.ordersMax },
    { filterType: 'MAX_NUM_ORDER_LISTS', maxNumOrderLists: RULES.orderListsMax },
    { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: RULES.algoOrdersMax },
  ];
}
