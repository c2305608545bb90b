import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import {
  ListPayload,
  orderOf,
  OrderPayload,
  tradeOf,
  TradePayload,
  tradesIn,
} from './order-shapes.ts';

const PAIR = Pair.parse('BTC/USDT');

/** From rest-api.md of July 2026. */
const FULL = {
  symbol: 'BTCUSDT',
  orderId: 28,
  orderListId: -1,
  clientOrderId: '6gCrw2kRUAF9CvJDGP16IP',
  transactTime: 1507725176595,
  price: '0.00000000',
  origQty: '10.00000000',
  executedQty: '10.00000000',
  origQuoteOrderQty: '0.000000',
  cummulativeQuoteQty: '39996.00000000',
  status: 'FILLED',
  timeInForce: 'GTC',
  type: 'MARKET',
  side: 'SELL',
  workingTime: 1507725176595,
  selfTradePreventionMode: 'NONE',
  fills: [
    {
      price: '4000.00000000',
      qty: '1.00000000',
      commission: '4.00000000',
      commissionAsset: 'USDT',
      tradeId: 56,
    },
    {
      price: '3999.00000000',
      qty: '5.00000000',
      commission: '19.99500000',
      commissionAsset: 'USDT',
      tradeId: 57,
    },
  ],
};

describe('orders in answers', () => {
  it('keeps the venue’s own amounts, as plain text', () => {
    const payload = OrderPayload.parse(FULL);

    expect(orderOf(PAIR, payload)).toEqual({
      pair: PAIR,
      venueOrderId: '28',
      clientOrderId: '6gCrw2kRUAF9CvJDGP16IP',
      listId: undefined,
      side: 'sell',
      type: 'market',
      status: 'filled',
      qty: '10',
      price: undefined,
      stopPrice: undefined,
      filledQty: '10',
      filledQuote: '39996',
      reason: '',
      atMs: 1507725176595,
    });
    expect(tradesIn(PAIR, payload)).toMatchObject([
      { venueTradeId: '56', price: '4000', qty: '1', quoteQty: '4000', fee: '4', isMaker: false },
      { venueTradeId: '57', price: '3999', qty: '5', quoteQty: '19995', fee: '19.995' },
    ]);
  });

  it('names a cancelled order by the id it had', () => {
    const payload = { ...FULL, status: 'CANCELED', origClientOrderId: 'nd1', fills: undefined };

    const order = orderOf(PAIR, OrderPayload.parse(payload));

    expect(order).toMatchObject({ clientOrderId: 'nd1', status: 'cancelled' });
  });

  it.each([
    ['waits for its price', { workingTime: -1 }, 'open'],
    ['has met its price', { workingTime: 1507725176595 }, 'triggered'],
    ['waits, by the words of a query', { workingTime: undefined, isWorking: false }, 'open'],
    [
      'has met it, by the words of a query',
      { workingTime: undefined, isWorking: true },
      'triggered',
    ],
  ])('sees a stop that %s', (_, more, status) => {
    const stop = { ...FULL, type: 'STOP_LOSS', status: 'NEW', stopPrice: '90', ...more };

    expect(orderOf(PAIR, OrderPayload.parse(stop))).toMatchObject({ status, stopPrice: '90' });
  });

  it('does not know how many a waiting exit of a bracket will be about', () => {
    const pending = { ...FULL, origQty: undefined, status: 'PENDING_NEW', fills: undefined };
    const list = ListPayload.parse({ orderListId: 2, orderReports: [pending] });

    const [report] = list.orderReports;

    expect(report && orderOf(PAIR, report)).toMatchObject({
      status: 'pending-new',
      qty: undefined,
    });
  });

  it('calls what it does not know other, and guesses no side', () => {
    const strange = { ...FULL, type: 'PEGGED', status: 'PENDING_CANCEL' };

    expect(orderOf(PAIR, OrderPayload.parse(strange))).toMatchObject({
      type: 'other',
      status: 'other',
    });
    expect(OrderPayload.safeParse({ ...FULL, side: 'SHORT' }).success).toBe(false);
  });

  it.each(['executedQty', 'orderId', 'clientOrderId', 'status'])('needs %s', (field) => {
    expect(OrderPayload.safeParse({ ...FULL, [field]: undefined }).success).toBe(false);
  });
});

describe('executions by pair', () => {
  it('are the same as in the answer, by the order’s number only', () => {
    const payload = {
      symbol: 'BNBBTC',
      id: 28457,
      orderId: '10023400000000001',
      orderListId: -1,
      price: '4.00000100',
      qty: '12.00000000',
      quoteQty: '48.000012',
      commission: '10.10000000',
      commissionAsset: 'BNB',
      time: 1499865549590,
      isBuyer: true,
      isMaker: false,
      isBestMatch: true,
    };

    expect(tradeOf(PAIR, TradePayload.parse(payload))).toEqual({
      pair: PAIR,
      kind: 'trade',
      venueTradeId: '28457',
      venueOrderId: '10023400000000001',
      clientOrderId: undefined,
      side: 'buy',
      price: '4.000001',
      qty: '12',
      quoteQty: '48.000012',
      fee: '10.1',
      feeAsset: 'BNB',
      isMaker: false,
      atMs: 1499865549590,
    });
  });
});
