/** The broker contract on the practice exchange, through the real ccxt client and real sockets. */
import { afterEach, describe, expect } from 'vitest';
import { PAIR, testBrokerContract, type BrokerWorld } from '#broker/broker-contract.fixture.ts';
import { systemClock } from '#platform/clock/system-clock.ts';
import { handWorld } from '../support/hand-world.ts';
import { liveSide, type LiveSideOptions } from '../support/live-side.ts';
import { accountConfig, KEYS } from '../support/practice-account.ts';
import { practice } from '../support/practice.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const clock = systemClock();
/** The stream of an idle venue says what happened within milliseconds. */
const QUIET_MS = 60;

async function realWorld(way: Omit<LiveSideOptions, 'url'>): Promise<BrokerWorld> {
  const hand = handWorld(clock);
  const exchange = await practice({
    clock,
    world: hand.world,
    accounts: accountConfig({ balances: { USDT: '1000000' } }),
  });
  closers.push(() => exchange.close());
  const side = await liveSide({ url: exchange.url, ...way });
  closers.push(async () => side[Symbol.asyncDispose]());
  await expect.poll(() => side.broker.isCurrent(PAIR), { timeout: 5_000 }).toBe(true);

  async function quiet(): Promise<void> {
    let heard = -1;
    while (heard !== side.told.length) {
      heard = side.told.length;
      await clock.sleep(QUIET_MS);
    }
  }
  return {
    broker: side.broker,
    told: side.told,
    showBook: async (bids, asks) => {
      hand.showBook(bids, asks);
      await quiet();
    },
    trade: async (price, qty, takerSide) => {
      hand.trade(price, qty, takerSide);
      await quiet();
    },
    settle: async (work) => {
      const done = await work;
      await quiet();
      return done;
    },
  };
}

describe.each([
  ['REST with an HMAC key', { transport: 'rest', secret: KEYS.secret }],
  ['the WebSocket API with an Ed25519 key', { transport: 'socket', secret: KEYS.privateKey }],
] as const)('orders over %s', (_name, way) => {
  testBrokerContract(() => realWorld(way));
});
