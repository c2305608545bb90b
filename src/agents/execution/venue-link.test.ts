import { describe, expect, it } from 'vitest';
import type { Instrument } from '#core/model/instrument.ts';
import { Pair } from '#core/model/pair.ts';
import type { MarketVenue } from '#exchange/market-data.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { venueLink } from './venue-link.ts';

const [BTC, ETH] = [Pair.parse('BTC/USDT'), Pair.parse('ETH/USDT')];

/** As the real one: it reads nothing of a pair that it has not learnt. */
function venue(calls: string[]): MarketVenue {
  const instruments = [{ pair: BTC }] as Instrument[];
  const isKnown = (pair: Pair): boolean => instruments.some((one) => one.pair === pair);
  return {
    instruments,
    learn: (pairs: readonly Pair[]) => {
      calls.push(`learn ${pairs.join()}`);
      instruments.push(...pairs.map((pair) => ({ pair }) as Instrument));
      return Promise.resolve(instruments);
    },
    reads: {
      tradesSince: ({ pair }: { readonly pair: Pair }) => {
        calls.push(`trades ${pair}`);
        return isKnown(pair) ? Promise.resolve([]) : Promise.reject(new Error('unknown'));
      },
    },
  } as unknown as MarketVenue;
}

describe('missed trades', () => {
  it('are read of a pair that joined after the venue was opened, whose rules are read once', async () => {
    const calls: string[] = [];
    const link = venueLink({
      clock: fakeClock(),
      signal: new AbortController().signal,
      log: silentLog(),
      open: () => Promise.resolve(venue(calls)),
    });
    await link.connect();

    await link.missedTrades(BTC, 1);
    await link.missedTrades(ETH, 1);
    await link.missedTrades(ETH, 2);

    expect(calls).toEqual([
      'trades BTC/USDT',
      'learn ETH/USDT',
      'trades ETH/USDT',
      'trades ETH/USDT',
    ]);
  });
});
