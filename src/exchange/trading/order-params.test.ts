import { describe, expect, it } from 'vitest';
import { DecimalText } from '#core/model/decimal-text.ts';
import { Pair } from '#core/model/pair.ts';
import {
  bracketParams,
  cancelParams,
  cancelReplaceParams,
  exitsParams,
  orderParams,
} from './order-params.ts';
import type { OrderTicket } from './trading-venue.ts';

const dec = (text: string): DecimalText => DecimalText.parse(text);
const PAIR = Pair.parse('BTC/USDT');

function ticket(input: Partial<OrderTicket>): OrderTicket {
  const common = { pair: PAIR, clientOrderId: 'nd1', side: 'buy', timeInForce: 'gtc' } as const;
  return { ...common, type: 'market', qty: dec('0.5'), ...input };
}
const stop = ticket({
  clientOrderId: 'nd2',
  side: 'sell',
  type: 'stop-loss',
  stopPrice: dec('90'),
});
const target = ticket({
  clientOrderId: 'nd3',
  side: 'sell',
  type: 'limit-maker',
  price: dec('110'),
});
const common = { newOrderRespType: 'FULL', selfTradePreventionMode: 'EXPIRE_TAKER' };

describe('orderParams', () => {
  it('names the id, the full answer and what a self trade does, and nothing that is not allowed', () => {
    expect(orderParams('BTCUSDT', ticket({}))).toEqual({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.5',
      newClientOrderId: 'nd1',
      ...common,
    });
  });

  it('gives a time in force to those that take one only', () => {
    const limit = ticket({ type: 'limit', timeInForce: 'fok', price: dec('100') });

    expect(orderParams('BTCUSDT', limit)).toMatchObject({ timeInForce: 'FOK', price: '100' });
    expect(orderParams('BTCUSDT', target)).not.toHaveProperty('timeInForce');
    expect(orderParams('BTCUSDT', stop)).not.toHaveProperty('timeInForce');
  });

  it('gives a trailing stop its distance', () => {
    const trailing = ticket({ type: 'stop-loss', side: 'sell', trailingDeltaBps: 150 });

    expect(orderParams('BTCUSDT', trailing)).toMatchObject({ trailingDelta: 150 });
    expect(orderParams('BTCUSDT', trailing)).not.toHaveProperty('stopPrice');
  });
});

describe('order lists', () => {
  it('names both exits of a list', () => {
    const exits = { listClientOrderId: 'L1', above: target, below: stop };

    expect(exitsParams('BTCUSDT', exits)).toEqual({
      symbol: 'BTCUSDT',
      listClientOrderId: 'L1',
      side: 'SELL',
      quantity: '0.5',
      aboveType: 'LIMIT_MAKER',
      aboveClientOrderId: 'nd3',
      abovePrice: '110',
      belowType: 'STOP_LOSS',
      belowClientOrderId: 'nd2',
      belowStopPrice: '90',
      ...common,
    });
  });

  it('leaves the quantity of the exits of a bracket to the venue', () => {
    const entry = ticket({ type: 'limit', timeInForce: 'fok', price: dec('100') });
    const bracket = { listClientOrderId: 'L1', entry, above: target, below: stop };

    expect(bracketParams('BTCUSDT', bracket)).toEqual({
      symbol: 'BTCUSDT',
      listClientOrderId: 'L1',
      workingType: 'LIMIT',
      workingSide: 'BUY',
      workingQuantity: '0.5',
      workingTimeInForce: 'FOK',
      workingPrice: '100',
      workingClientOrderId: 'nd1',
      pendingSide: 'SELL',
      pendingAboveType: 'LIMIT_MAKER',
      pendingAbovePrice: '110',
      pendingAboveClientOrderId: 'nd3',
      pendingBelowType: 'STOP_LOSS',
      pendingBelowStopPrice: '90',
      pendingBelowClientOrderId: 'nd2',
      ...common,
    });
  });
});

describe('ending orders', () => {
  it('names an order by whichever id is known', () => {
    expect(cancelParams('BTCUSDT', { pair: PAIR, clientOrderId: 'nd1' })).toEqual({
      symbol: 'BTCUSDT',
      origClientOrderId: 'nd1',
    });
    expect(cancelParams('BTCUSDT', { pair: PAIR, venueOrderId: '7' })).toEqual({
      symbol: 'BTCUSDT',
      orderId: '7',
    });
  });

  it('replaces only what it could cancel, and nothing of which was filled', () => {
    const params = cancelReplaceParams('BTCUSDT', { pair: PAIR, clientOrderId: 'nd2' }, ticket({}));

    expect(params).toMatchObject({
      cancelReplaceMode: 'STOP_ON_FAILURE',
      cancelRestrictions: 'ONLY_NEW',
      cancelOrigClientOrderId: 'nd2',
      newClientOrderId: 'nd1',
    });
  });
});
