import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { seededRandom } from '#platform/random.ts';
import type { AccountListener } from '#exchange/trading/trading-venue.ts';
import { type LineFaults, NO_LINE_FAULTS } from './line-faults.ts';
import { ModelLine } from './model-line.ts';
import { BTC, hubWith, ticket, tickAt } from './model-venue.fixture.ts';

const START = 1_000_000;

function world(first: Partial<LineFaults> = {}) {
  const clock = fakeClock(START);
  const hub = hubWith({ now: () => Math.floor(clock.now()) });
  let faults: LineFaults = { ...NO_LINE_FAULTS, ...first };
  const line = new ModelLine({
    hub,
    clock,
    desk: clock,
    signal: new AbortController().signal,
    random: seededRandom(7),
    faults: () => faults,
    timeoutMs: 1_500,
    count: () => undefined,
  });
  hub.venue.engine.onTick(tickAt(100, { atMs: START }));
  const setFaults = (next: Partial<LineFaults>): void => {
    faults = { ...NO_LINE_FAULTS, ...next };
  };
  return { clock, hub, line, setFaults };
}

function hearing() {
  const heard: string[] = [];
  const listener: AccountListener = {
    onOrder: ({ status }) => heard.push(status),
    onBalance: ({ asset, free }) => heard.push(`${asset} ${free}`),
    onFlow: (asset, amount) => heard.push(`flow ${asset} ${amount}`),
    onGap: (cause) => heard.push(`gap: ${cause}`),
    onSubscribed: () => heard.push('subscribed'),
  };
  return { heard, listener };
}

async function settled<T>(clock: ReturnType<typeof fakeClock>, work: Promise<T>): Promise<T> {
  await clock.advance(1_600);
  return work;
}

describe('model line', () => {
  it.each([
    ['lostRequest', 'unknown', 0],
    ['lostReply', 'unknown', 1],
    ['throttled', 'refused', 0],
  ] as const)('%s: %s, %i orders at the venue', async (fault, outcome, count) => {
    const { clock, hub, line } = world({ [fault]: 1 });

    const answer = await settled(clock, line.place(ticket()));

    expect(answer.outcome).toBe(outcome);
    expect(hub.venue.engine.orders).toHaveLength(count);
  });

  it('carries out a slow request after the caller has given up', async () => {
    const { clock, hub, line } = world({ slowRequest: 1 });
    const answer = await settled(clock, line.place(ticket({ price: '90' })));
    expect([answer.outcome, hub.venue.engine.orders.length]).toEqual(['unknown', 0]);

    await clock.advance(10_000);

    expect(hub.venue.engine.orders).toHaveLength(1);
  });

  it('tells of an order by stream, and of nothing while the stream is broken', async () => {
    const { clock, line } = world();
    const { heard, listener } = hearing();
    const watch = line.watch(listener);
    await clock.advance(200);
    await settled(clock, line.place(ticket({ timeInForce: 'ioc' })));
    expect(heard).toEqual([
      'subscribed',
      'open',
      'BTC 0',
      'USDT 9899.9',
      'filled',
      'BTC 0.999',
      'USDT 9899.9',
    ]);

    watch.restart('test');
    expect(watch.isCurrent).toBe(false);
    const answer = line.place(ticket({ price: '90' }));
    await clock.advance(60);
    expect(heard).not.toContain('USDT 9809.9');
    await settled(clock, answer);
  });

  it('hides a new order from reads for a while', async () => {
    const { clock, line } = world({ lag: 1 });
    const name = { pair: BTC, clientOrderId: 'a' };
    line.place(ticket({ price: '90' })).catch(() => undefined);
    await clock.advance(60);
    const early = line.order(name);
    await clock.advance(100);
    await expect(early).resolves.toBe('absent');
    await clock.advance(3_100);

    const late = line.order(name);

    await expect(settled(clock, late)).resolves.toMatchObject({ status: 'open' });
  });

  it('does nothing during maintenance', async () => {
    const { clock, hub, line } = world();
    hub.isInMaintenance = true;

    const answer = await settled(clock, line.place(ticket()));

    expect(answer).toMatchObject({ outcome: 'unknown' });
    expect(hub.venue.engine.orders).toEqual([]);
  });
});
