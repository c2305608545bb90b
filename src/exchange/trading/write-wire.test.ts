import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { createWeightBudget } from '../budget.ts';
import type { CcxtClient } from '../ccxt-client.ts';
import { declareVenueMetrics } from '../metrics.ts';
import { createOrderBudget } from './order-budget.ts';
import { requestSigner } from './request-signer.ts';
import type { SocketOutcome, SocketSession } from './socket-session.ts';
import { createWriteWire, type WriteCall } from './write-wire.ts';

const START = 1_700_000_040_000;
const CALL: WriteCall = {
  name: 'place',
  method: 'privatePostOrder',
  socketMethod: 'order.place',
  params: { symbol: 'BTCUSDT' },
  orders: 1,
  isUrgent: false,
};

interface Way {
  readonly socket?: SocketOutcome;
  readonly isUp?: boolean;
  readonly rest?: () => unknown;
  readonly isSocketOnly?: boolean;
}

function wire(way: Way) {
  const clock = fakeClock(START);
  const sent: unknown[] = [];
  const budget = createWeightBudget({ clock, weightPerMinute: 100, reserveFraction: 0.2 });
  const orderBudget = createOrderBudget(clock);
  const session: SocketSession = {
    isUp: way.isUp ?? true,
    request: (method, params) => {
      sent.push([method, params]);
      return Promise.resolve(way.socket ?? { kind: 'not-sent' });
    },
    restart: () => undefined,
    close: () => Promise.resolve(),
  };
  const client = {
    privatePostOrder: async (params: unknown) => {
      sent.push(['rest', params]);
      return way.rest?.();
    },
  };
  const send = createWriteWire({
    client: client as unknown as CcxtClient,
    session: way.socket === undefined && way.isUp === undefined ? undefined : session,
    isSocketOnly: way.isSocketOnly ?? false,
    signer: requestSigner({ apiKey: 'key', secret: 'secret' }),
    budget,
    orderBudget,
    clock,
    metrics: declareVenueMetrics(createMetrics({ agent: 'test', instance: 'test' })),
    requestTimeoutMs: 1_000,
  });
  return { send, sent, clock, budget, orderBudget };
}

const reply = (status: number, more: object): SocketOutcome => ({
  kind: 'reply',
  reply: { id: '1', status, ...more },
});

describe('createWriteWire', () => {
  it('stamps a request when it goes out, with how long it is valid', async () => {
    const { send, sent } = wire({ rest: () => ({ ok: true }) });

    expect(await send(CALL)).toEqual({ kind: 'answer', body: { ok: true } });
    expect(sent).toEqual([['rest', { symbol: 'BTCUSDT', recvWindow: 2_000, timestamp: START }]]);
  });

  it.each([{ socket: reply(200, {}) }, {}])(
    'sends nothing that has become old on its way, and does not count it',
    async (way) => {
      const { send, sent, clock } = wire(way);
      const call = { ...CALL, orders: 70, notAfterMs: START + 3_000 };
      const waiting = send(call);
      // Stopped and woken between the decision and the stamp.
      await clock.advance(3_001);
      await waiting;
      sent.length = 0;

      expect(await send(call)).toMatchObject({ kind: 'not-sent', failure: { code: 0 } });
      expect(sent).toEqual([]);
      const later = { ...call, notAfterMs: START + 20_000 };
      await clock.advance(10_000);
      expect((await send(later)).kind, 'there is room').not.toBe('not-sent');
    },
  );

  it('uses the socket while it is up, signed', async () => {
    const { send, sent } = wire({ socket: reply(200, { result: { ok: true } }) });

    expect(await send(CALL)).toEqual({ kind: 'answer', body: { ok: true } });
    expect(sent).toMatchObject([
      ['order.place', { symbol: 'BTCUSDT', timestamp: START, apiKey: 'key' }],
    ]);
  });

  it.each([
    ['is down', { isUp: false }],
    ['takes nothing more', { socket: { kind: 'not-sent' } as const }],
  ])('goes over REST when the socket %s', async (_, way) => {
    const { send } = wire({ ...way, rest: () => 'done' });

    expect(await send(CALL)).toEqual({ kind: 'answer', body: 'done' });
  });

  it('sends nothing when only the socket may be used and it is down', async () => {
    const { send, sent } = wire({ isUp: false, isSocketOnly: true });

    expect(await send(CALL)).toMatchObject({ kind: 'not-sent', failure: { outcome: 'refused' } });
    expect(sent).toEqual([]);
  });

  it('never sends again what may have gone out', async () => {
    const { send, sent } = wire({ socket: { kind: 'lost', cause: 'reset' } });

    expect(await send(CALL)).toMatchObject({ kind: 'failed', failure: { message: 'reset' } });
    expect(sent).toHaveLength(1);
  });

  it('hands on the venue’s error with its two halves', async () => {
    const error = { code: -2021, msg: 'Order cancel-replace partially failed.', data: { a: 1 } };
    const { send } = wire({ socket: reply(409, { error }) });

    expect(await send(CALL)).toMatchObject({
      kind: 'failed',
      failure: { httpStatus: 409, venueCode: -2021, venueData: { a: 1 } },
    });
  });

  it('is silent as long as the venue says, and not longer', async () => {
    const data = { serverTime: START - 500, retryAfter: START + 1_500 };
    const error = { code: -1003, msg: 'IP banned until ...', data };
    const { send, budget, clock } = wire({ socket: reply(418, { error }) });

    await send(CALL);

    await expect(budget.take(1, { priority: 'order', withinMs: 0 })).rejects.toThrow('limit');
    await clock.advance(2_001);
    await budget.take(1, { priority: 'order', withinMs: 0 });
  });

  it('is silent for everybody after the venue limited a write', async () => {
    const error = { code: -1003, msg: 'Too much request weight used.' };
    const { send, sent, budget, clock } = wire({ socket: reply(429, { error }) });
    await send(CALL);

    expect(budget.blockedMs()).toBe(10_000);
    expect(await send(CALL)).toMatchObject({ kind: 'not-sent', failure: { code: -1003 } });
    expect(sent).toHaveLength(1);
    await clock.advance(10_000);
    await send(CALL);
    expect(sent).toHaveLength(2);
  });

  it('counts no order that it did not send', async () => {
    const { send, budget, clock, orderBudget } = wire({ rest: () => 'done' });
    budget.block(5_000);
    for (let i = 0; i < 200; i += 1) await send(CALL);
    await clock.advance(5_000);

    expect(orderBudget.take(70, { isUrgent: false })).toBeDefined();
  });

  it('still cancels after too many orders', async () => {
    const error = { code: -1015, msg: 'Too many new orders.' };
    const { send, sent, budget } = wire({ socket: reply(429, { error }) });
    await send(CALL);

    expect(budget.blockedMs()).toBe(0);
    expect(await send(CALL)).toMatchObject({ kind: 'not-sent', failure: { code: -1015 } });
    await send({ ...CALL, orders: 0, isUrgent: true });
    expect(sent).toHaveLength(2);
  });

  it('believes the counts in an answer', async () => {
    const row = { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10 };
    const rateLimits = [{ ...row, limit: 100, count: 70 }];
    const { send, sent } = wire({ socket: reply(200, { result: {}, rateLimits }) });
    await send(CALL);

    expect(await send(CALL)).toMatchObject({ kind: 'not-sent', failure: { code: -1015 } });
    expect(sent).toHaveLength(1);
  });
});
