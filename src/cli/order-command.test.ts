import { describe, expect, it } from 'vitest';
import { manualOrder } from './order-command.ts';

describe('order', () => {
  it('takes a pair in any case and the fractions of its side', () => {
    expect(
      manualOrder(['buy', 'btc/usdt'], { stop: '0.02', target: '0.06', risk: '0.001' }),
    ).toEqual({
      side: 'buy',
      pair: 'BTC/USDT',
      stopDistanceFraction: 0.02,
      targetDistanceFraction: 0.06,
      riskFraction: 0.001,
    });
    expect(manualOrder(['sell', 'BTC/USDT'], { share: '0.5' })).toEqual({
      side: 'sell',
      pair: 'BTC/USDT',
      share: 0.5,
    });
    expect(manualOrder(['sell', 'BTC/USDT'], {})).toEqual({ side: 'sell', pair: 'BTC/USDT' });
  });

  it.each([
    [[], {}, 'expected "order buy PAIR"'],
    [['short', 'BTC/USDT'], {}, 'expected "order buy PAIR"'],
    [['buy'], {}, 'order buy expects a pair such as BTC/USDT and found nothing'],
    [['buy', 'BTCUSDT'], {}, 'found "BTCUSDT"'],
    [['buy', 'BTC/USDT', 'ETH/USDT'], {}, 'not also "ETH/USDT"'],
    [['buy', 'BTC/USDT'], { share: '0.5' }, 'order buy does not take --share'],
    [['sell', 'BTC/USDT'], { stop: '0.02' }, 'order sell does not take --stop'],
    [['buy', 'BTC/USDT'], { stop: '2' }, '--stop 2: expected a fraction such as 0.02'],
    [['buy', 'BTC/USDT'], { risk: 'much' }, '--risk much: expected a fraction'],
    [['sell', 'BTC/USDT'], { share: '0' }, '--share 0: expected a fraction'],
  ])('says what is wrong with %s %o', (words, given, message) => {
    expect(() => manualOrder(words, given)).toThrow(message);
  });
});
