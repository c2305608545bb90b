import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { declareVenueMetrics } from '../metrics.ts';
import { watchAccount } from './account-watch.ts';
import { requestSigner } from './request-signer.ts';
import type { SessionOptions, SocketOutcome } from './socket-session.ts';
import { createTradingSymbols } from './trading-symbols.ts';

type Hooks = Pick<SessionOptions, 'onUp' | 'onDown' | 'onMessage'>;

function watch(subscribed: SocketOutcome = { kind: 'reply', reply: { id: '1', status: 200 } }) {
  const told: string[] = [];
  const restarts: string[] = [];
  const hooks: { current: Hooks | undefined } = { current: undefined };
  const account = watchAccount({
    listener: {
      onOrder: ({ pair, status }, trade) => told.push(`${pair} ${status} ${trade?.qty ?? '-'}`),
      onBalance: ({ asset, free, locked }) => told.push(`${asset} ${free} ${locked}`),
      onFlow: (asset, amount) => told.push(`flow ${amount} ${asset}`),
      onGap: () => told.push('gap'),
      onSubscribed: () => told.push('subscribed'),
    },
    open: (given) => {
      hooks.current = given;
      return {
        isUp: true,
        request: () => Promise.resolve(subscribed),
        restart: (cause) => {
          restarts.push(cause);
          given.onDown(cause);
        },
        close: () => Promise.resolve(),
      };
    },
    signer: requestSigner({ apiKey: 'key', secret: 'secret' }),
    symbols: createTradingSymbols({
      pairs: [Pair.parse('ETH/BTC')],
      ask: (names) =>
        Promise.resolve(names.map((symbol) => ({ symbol, pair: Pair.parse('XRP/BTC') }))),
    }),
    clock: fakeClock(),
    log: silentLog(),
    metrics: declareVenueMetrics(createMetrics({ agent: 'test', instance: 'test' })),
  });
  return { account, told, restarts, hooks: () => hooks.current as Hooks };
}

const REPORT = {
  e: 'executionReport',
  s: 'ETHBTC',
  c: 'nd1',
  S: 'BUY',
  o: 'LIMIT',
  q: '1',
  p: '0.1',
  P: '0',
  x: 'TRADE',
  X: 'FILLED',
  r: 'NONE',
  i: 4,
  l: '1',
  z: '1',
  L: '0.1',
  n: '0',
  N: null,
  T: 1,
  t: 9,
  w: false,
  m: false,
  Z: '0.1',
  Y: '0.1',
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('watchAccount', () => {
  it('is current from the subscription to the next gap', async () => {
    const { account, told, hooks } = watch();

    hooks().onUp();
    await settled();
    expect(account.isCurrent).toBe(true);
    hooks().onDown('reset');

    expect(account.isCurrent).toBe(false);
    expect(told).toEqual(['subscribed', 'gap']);
  });

  it('tries again when the venue refuses the subscription', async () => {
    const refused = { kind: 'reply', reply: { id: '1', status: 400, error: { code: -2015 } } };
    const { account, told, restarts, hooks } = watch(refused as SocketOutcome);

    hooks().onUp();
    await settled();

    expect(account.isCurrent).toBe(false);
    expect(restarts).toHaveLength(1);
    expect(told).not.toContain('subscribed');
  });

  it('tells of orders, balances and flows', async () => {
    const { told, hooks } = watch();
    hooks().onUp();
    await settled();

    hooks().onMessage({ event: REPORT });
    hooks().onMessage({
      event: { e: 'outboundAccountPosition', B: [{ a: 'ETH', f: '2', l: '1' }] },
    });
    hooks().onMessage({ event: { e: 'balanceUpdate', a: 'BTC', d: '-1', T: 1 } });
    hooks().onMessage({ event: { e: 'listStatus' } });
    hooks().onMessage({ id: null });

    expect(told).toEqual(['subscribed', 'ETH/BTC filled 1', 'ETH 2 1', 'flow -1 BTC']);
  });

  it('tells of an order on a pair that it had to ask for', async () => {
    const { told, hooks } = watch();

    hooks().onMessage({ event: { ...REPORT, s: 'XRPBTC' } });
    await settled();

    expect(told).toEqual(['XRP/BTC filled 1']);
  });

  it('takes an event that it cannot read for a gap', async () => {
    const { account, told, hooks } = watch();
    hooks().onUp();
    await settled();

    hooks().onMessage({ event: { ...REPORT, S: 'BOTH' } });

    expect(told).toEqual(['subscribed', 'gap', 'subscribed']);
    expect(account.isCurrent).toBe(true);
  });

  it('opens the stream again when the venue ended it', async () => {
    const { restarts, hooks } = watch();

    hooks().onMessage({ event: { e: 'eventStreamTerminated' } });

    expect(restarts).toHaveLength(1);
  });
});
