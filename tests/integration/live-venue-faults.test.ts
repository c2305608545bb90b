/** The live broker on a practice exchange that fails: it never says what is not so. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LiveBroker } from '#broker/live/live-broker.ts';
import { anOrder, PAIR } from '#broker/broker-contract.fixture.ts';
import { DecimalText } from '#core/model/decimal-text.ts';
import type { Order } from '#core/model/order.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import type { PracticeExchange } from '#practice/server/start-practice.ts';
import { eventually } from '../support/eventually.ts';
import { handWorld, type HandWorld } from '../support/hand-world.ts';
import { liveSide, type LiveSide } from '../support/live-side.ts';
import { accountConfig, UID } from '../support/practice-account.ts';
import { clearFaults, postFault, practice } from '../support/practice.ts';

const dec = (text: string): DecimalText => DecimalText.parse(text);
const clock = systemClock();

let hand: HandWorld;
let exchange: PracticeExchange;

beforeAll(async () => {
  hand = handWorld(clock);
  exchange = await practice({
    clock,
    world: hand.world,
    accounts: accountConfig({ balances: { USDT: '1000000', BTC: '1000' } }),
  });
});
afterEach(() => clearFaults(exchange.url));
afterAll(() => exchange.close());

const buy = (more: Partial<Order> = {}): Order =>
  anOrder({ side: 'buy', type: 'market', qty: dec('0.1'), ...more });
const rest = (price = '90'): Order => buy({ type: 'limit', price: dec(price) });

function fault(kind: string, more: object = {}): Promise<string> {
  return postFault(exchange.url, { kind, ...more });
}

/** What the account itself has of an order. */
function truth({ clientOrderId }: Order): string | undefined {
  const account = exchange.floor.account(UID);
  return account
    .allOrders({ symbol: 'BTCUSDT', limit: 1_000 })
    .find((order) => order.clientOrderId === clientOrderId)?.status;
}

async function isCurrent(broker: LiveBroker): Promise<void> {
  await eventually(() => broker.isCurrent(PAIR), { withinMs: 10_000, what: 'the stream is up' });
}

function kinds(side: LiveSide, order: Order): string[] {
  return side.told
    .filter(({ clientOrderId }) => clientOrderId === order.clientOrderId)
    .map(({ kind }) => kind);
}

const SPOILT = [
  'order-refuse',
  'order-hang',
  'order-5xx',
  'order-reset',
  'order-garbage',
  'order-empty',
];

describe.each(['rest', 'socket'] as const)('an answer spoiled on its way over %s', (transport) => {
  let side: LiveSide;
  beforeAll(async () => {
    side = await liveSide({
      url: exchange.url,
      transport,
      config: { request_timeout_ms: 700 },
    });
    await isCurrent(side.broker);
    hand.showBook([['99', '500']], [['100', '500']]);
  });
  afterAll(async () => side[Symbol.asyncDispose]());

  it.each(SPOILT.flatMap((kind) => (['before', 'after'] as const).map((when) => [kind, when])))(
    '%s %s execution: unknown, and the truth is found by the id',
    async (kind, when) => {
      await isSocketUp(side, transport);
      await fault(kind, { when, count: 1, target: { verb: 'POST' } });
      const order = buy();

      const outcome = await side.broker.place(order);

      expect(outcome.outcome).toBe('unknown');
      expect(truth(order)).toBe(when === 'after' ? 'FILLED' : undefined);
      const found = await side.broker.query(order);
      expect(found === 'absent' ? found : found.status).toBe(
        when === 'after' ? 'filled' : 'absent',
      );
      // The stream told of what was executed all the same.
      if (when === 'after') await expect.poll(() => kinds(side, order)).toContain('fill');
      else expect(kinds(side, order)).toEqual([]);
    },
  );

  it('a request that the venue held too long is refused by its time', async () => {
    const config = { request_timeout_ms: 6_000 };
    const slow = await liveSide({ url: exchange.url, transport, config });
    try {
      await isCurrent(slow.broker);
      await isSocketUp(slow, transport);
      await fault('order-delay', { delayMs: 2_500, target: { verb: 'POST' } });
      const order = buy();

      expect(await slow.broker.place(order)).toMatchObject({ outcome: 'refused', code: '-1021' });
      expect(truth(order)).toBeUndefined();
    } finally {
      await slow[Symbol.asyncDispose]();
    }
  });
});

/** Orders over the socket only begin when it is open. */
async function isSocketUp(side: LiveSide, transport: string): Promise<void> {
  if (transport !== 'socket') return;
  await eventually(
    async () => {
      const outcome = await side.broker.cancel(rest());
      return outcome.outcome === 'refused' && outcome.code === '-2011';
    },
    { withinMs: 10_000, what: 'the socket for orders is up' },
  );
}

describe('limits', () => {
  it('after a ban nothing is sent until it is over, and orders are known not to be', async () => {
    const side = await liveSide({ url: exchange.url, transport: 'rest' });
    try {
      await isCurrent(side.broker);
      await fault('ip-ban', { banMs: 5_000, count: 1, target: { verb: 'POST' } });
      expect(await side.broker.place(rest())).toMatchObject({ outcome: 'refused', code: '-1003' });

      const second = rest();
      expect(await side.broker.place(second)).toMatchObject({ outcome: 'refused', code: '-1003' });
      expect(truth(second)).toBeUndefined();
      await expect(side.venue.balances()).rejects.toMatchObject({ code: 'venue-rate-limited' });
      await eventually(async () => (await side.broker.place(rest())).outcome === 'accepted', {
        withinMs: 10_000,
        what: 'the ban is over',
      });
    } finally {
      await side[Symbol.asyncDispose]();
    }
  });

  it('after too many orders cancels still go', async () => {
    const side = await liveSide({ url: exchange.url, transport: 'rest' });
    try {
      await isCurrent(side.broker);
      const resting = rest();
      await side.broker.place(resting);
      await fault('order-limit', { retryAfterS: 5, count: 1 });

      expect(await side.broker.place(rest())).toMatchObject({ outcome: 'refused', code: '-1015' });
      const held = await side.broker.place(rest());

      expect(held).toMatchObject({ outcome: 'refused', code: '-1015' });
      expect(held).toHaveProperty('reason', expect.stringContaining('not sent'));
      expect(await side.broker.cancel(resting)).toMatchObject({ outcome: 'accepted' });
    } finally {
      await side[Symbol.asyncDispose]();
    }
  });
});

describe('the account’s stream', () => {
  let side: LiveSide;
  beforeAll(async () => {
    side = await liveSide({ url: exchange.url, transport: 'rest' });
    await isCurrent(side.broker);
  });
  afterAll(async () => side[Symbol.asyncDispose]());
  const target = { stream: 'userData' };

  it.each(['event-duplicate', 'event-reorder', 'event-late', 'event-missing'])(
    'under %s every fill is told once and every end after them',
    async (kind) => {
      hand.showBook([['99', '1']], [['100', '500']]);
      await fault(kind, {
        target,
        probability: 0.5,
        ...(kind === 'event-late' && { delayMs: 400 }),
      });
      const order = buy({ type: 'limit', price: dec('98.5'), qty: dec('0.3') });
      await side.broker.place(order);
      for (let i = 0; i < 3; i += 1) hand.trade('98.5', '0.1', 'sell');

      await expect
        .poll(() => kinds(side, order).filter((found) => found === 'fill').length, {
          timeout: 10_000,
        })
        .toBeGreaterThanOrEqual(1);
      await clearFaults(exchange.url);
      const last = rest();
      await side.broker.place(last);
      await side.broker.cancel(last);
      await isCurrent(side.broker);

      const fills = side.told.flatMap((event) =>
        event.kind === 'fill' && event.clientOrderId === order.clientOrderId
          ? [event.fill.venueTradeId]
          : [],
      );
      expect(new Set(fills).size).toBe(fills.length);
    },
  );

  it.each([
    ['socket-drop', { target }],
    // The whole connection: a stream that is mute alone is found by commands and by reconciliation.
    ['socket-mute', {}],
  ])('after %s what happened is asked for', async (kind, more) => {
    hand.showBook([['99', '1']], [['100', '500']]);
    const order = buy({ type: 'limit', price: dec('98'), qty: dec('0.2') });
    await side.broker.place(order);
    await fault(kind, more);
    hand.trade('98', '0.2', 'sell');

    await expect.poll(() => kinds(side, order).includes('fill'), { timeout: 15_000 }).toBe(true);
    await clearFaults(exchange.url);
    await isCurrent(side.broker);
  });

  it('comes back after the venue was closed', async () => {
    await fault('maintenance', { mode: 'closed', durationMs: 1_000 });
    await expect.poll(() => side.broker.isCurrent(PAIR), { timeout: 5_000 }).toBe(false);

    await isCurrent(side.broker);
  });
});

describe('a restart', () => {
  it('finds what its orders did meanwhile', async () => {
    hand.showBook([['99', '1']], [['100', '500']]);
    const first = await liveSide({ url: exchange.url });
    await isCurrent(first.broker);
    const order = buy({ type: 'limit', price: dec('97'), qty: dec('0.2'), createdMs: Date.now() });
    await first.broker.place(order);
    await first[Symbol.asyncDispose]();
    hand.trade('97', '0.1', 'sell');
    hand.trade('97', '0.1', 'sell');

    const second = await liveSide({ url: exchange.url });
    try {
      await second.broker.restore({
        pair: PAIR,
        orders: [{ ...order, status: 'open' }],
        ownedQty: dec('0'),
        seen: undefined,
      });

      expect(kinds(second, order)).toEqual(['accepted', 'fill', 'fill']);
      expect(await second.broker.fillsSince({ pair: PAIR, sinceMs: order.createdMs - 1 })).toEqual(
        expect.arrayContaining(
          second.told.flatMap((event) => (event.kind === 'fill' ? [event.fill] : [])),
        ),
      );
    } finally {
      await second[Symbol.asyncDispose]();
    }
  });

  it('reads the account, its rights, its fees and its history', async () => {
    const side = await liveSide({ url: exchange.url });
    try {
      const account = exchange.floor.account(UID);
      account.transfer({ kind: 'deposit', asset: 'USDT', amount: '250' });
      // A withdrawal is told to the second.
      await clock.sleep(1_100);
      account.transfer({ kind: 'withdrawal', asset: 'USDT', amount: '40' });

      expect(await side.venue.rights()).toEqual({
        accountId: String(UID),
        canTrade: true,
        canWithdraw: false,
        isIpRestricted: expect.any(Boolean) as boolean,
      });
      expect(await side.venue.commission(PAIR)).toMatchObject({ takerFraction: 0.001 });
      const flows = await side.venue.flows(Date.now() - 60_000);
      expect(flows.map(({ kind, asset, amount }) => [kind, asset, amount])).toEqual([
        ['deposit', 'USDT', '250'],
        ['withdrawal', 'USDT', '-40'],
      ]);
    } finally {
      await side[Symbol.asyncDispose]();
    }
  });
});
