import { describe, expect, it } from 'vitest';
import { venueLink } from '#agents/execution/venue-link.ts';
import { Pair } from '#core/model/pair.ts';
import { declareVenueMetrics } from '#exchange/metrics.ts';
import { openMarketVenue } from '#exchange/open-market-venue.ts';
import { ConfigError } from '#platform/errors.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { eventually } from '../support/eventually.ts';
import { practice } from '../support/practice.ts';

describe("execution's link to the venue", () => {
  it('opens a venue that was away at first', async () => {
    const before = await practice();
    const { url } = before;
    await before.close();
    const clock = systemClock();
    const abort = new AbortController();
    const metrics = declareVenueMetrics(createMetrics({ agent: 'test', instance: 'test' }));
    let tries = 0;
    const link = venueLink({
      clock,
      signal: abort.signal,
      log: silentLog(),
      open: () => {
        tries += 1;
        return openMarketVenue({
          config: {
            name: 'practice',
            base_url: url,
            ws_url: url.replace('http', 'ws'),
            request_timeout_ms: 500,
            weight_per_minute: 6_000,
            weight_reserve_fraction: 0.2,
            read_budget_ms: 1_000,
          },
          pairs: [Pair.parse('BTC/USDT')],
          quoteAsset: 'USDT',
          clock,
          random: seededRandom(1),
          log: silentLog(),
          metrics,
        });
      },
    });

    const connecting = link.connect();
    await eventually(() => tries > 1, { withinMs: 20_000 });
    const exchange = await practice({ port: Number(new URL(url).port) });
    await eventually(() => link.venue() !== undefined, { withinMs: 20_000 });

    expect((await link.venue()?.reads.quotes([Pair.parse('BTC/USDT')]))?.length).toBe(1);

    abort.abort();
    await connecting;
    await link.venue()?.close();
    await exchange.close();
  });

  it('does not try again what can never be', async () => {
    let tries = 0;
    const link = venueLink({
      clock: systemClock(),
      signal: new AbortController().signal,
      log: silentLog(),
      open: () => {
        tries += 1;
        return Promise.reject(new ConfigError('no venue "nosuch"'));
      },
    });

    await expect(link.connect()).rejects.toThrow('no venue "nosuch"');
    expect(tries).toBe(1);
  });
});
