import { expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { PermanentError } from '#platform/errors.ts';
import { pollAccount } from './poll-account.ts';
import type { AccountListener, VenueOrder } from './trading-venue.ts';

function openOrder(pair: string, venueOrderId: string): VenueOrder {
  const order: Partial<VenueOrder> = { venueOrderId, clientOrderId: `nd${venueOrderId}` };
  const sized = { side: 'buy', type: 'limit', status: 'open', filledQty: '0', filledQuote: '0' };
  return { ...order, ...sized, pair: Pair.parse(pair), reason: '', atMs: 0 } as VenueOrder;
}

it('goes on with the others when the venue no longer has the pair of an order', async () => {
  const clock = fakeClock();
  const gone = openOrder('BTC/USDT', '1');
  const other = openOrder('ETH/USDT', '2');
  let open = [gone, other];
  const heard: string[] = [];
  const gaps: string[] = [];
  const listener: AccountListener = {
    onOrder: ({ venueOrderId, status }) => void heard.push(`${venueOrderId} ${status}`),
    onBalance: () => undefined,
    onFlow: () => undefined,
    onGap: (cause) => void gaps.push(cause),
    onSubscribed: () => undefined,
  };
  const watch = pollAccount({
    venue: {
      openOrders: () => Promise.resolve(open),
      order: ({ pair }) =>
        pair === gone.pair
          ? Promise.reject(new PermanentError('venue-unknown-symbol', 'no such pair'))
          : Promise.resolve({ ...other, status: 'filled' }),
    },
    listener,
    clock,
  });
  await clock.advance(100);
  open = [];

  await clock.advance(6_500);

  expect(gaps).toEqual([]);
  expect(watch.isCurrent).toBe(true);
  expect(heard).toEqual(['1 open', '2 open', '2 filled']);
  await watch.close();
});
