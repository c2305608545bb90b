import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import type { Order } from '#core/model/order.ts';
import { Pair } from '#core/model/pair.ts';
import { BTC, type TestDesk, testDesk, type TestVenue } from './desk.fixture.ts';
import { ScriptedAccount } from './reconcile/account.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const MORE = Array.from({ length: 9 }, (_, index) => Pair.parse(`C${index}/USDT`));
const SECTION = { paper: { latency_ms: 50, latency_sigma: 0 } };
const KILL = {
  id: 'kill-them-all',
  kind: 'kill-switch',
  by: 'me',
  reason: 'x',
  issuedMs: 0,
} as const;

/** Ten positions with their stops at a venue that answers after 50 ms. */
async function tenPositions(venue: TestVenue = {}): Promise<TestDesk> {
  const desk = await testDesk({}, { ...venue, morePairs: MORE, section: SECTION });
  await desk.price(50_000);
  await desk.send(ENTER);
  for (const pair of MORE) await desk.send({ ...ENTER, pair });
  expect(await held(desk)).toHaveLength(10);
  return desk;
}

async function held(desk: TestDesk): Promise<string[]> {
  const positions = await desk.ledger.read((query) => query.positions('shadow'));
  return positions.map(({ pair }) => pair);
}

const open = (desk: TestDesk) => desk.ledger.read((query) => query.openOrders('shadow'));

/** Kills and says after how many milliseconds no more than `left` positions are there. */
async function timeToSell(desk: TestDesk, left: number): Promise<number> {
  const startMs = desk.clock.monotonic();
  void desk.execution.obey(KILL);
  do {
    await desk.clock.advance(10);
  } while ((await held(desk)).length > left && desk.clock.monotonic() - startMs < 10_000);
  return desk.clock.monotonic() - startMs;
}

/** A broker of which some orders get no answer. */
function mute(isMute: (order: Order) => boolean): (paper: Broker) => Broker {
  return (paper) =>
    new Proxy(paper, {
      get: (target, name) => {
        if (name === 'replace') {
          return (old: Order, next: Order) => {
            const answer = target.replace(old, next);
            return isMute(next) ? new Promise(() => undefined) : answer;
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
}

describe('the kill switch', () => {
  it('sells ten positions and ends their orders within two seconds', async () => {
    await using desk = await tenPositions();

    const tookMs = await timeToSell(desk, 0);

    expect(tookMs).toBeLessThanOrEqual(200);
    expect(await open(desk)).toEqual([]);
    await desk.pass(1_000);
    const halts = await desk.ledger.read((query) => query.halts());
    expect(halts.map(({ kind }) => kind)).toEqual(['kill-switch']);
    expect(await desk.ledger.read((query) => query.pendingInbox(9))).toEqual([]);
  });

  it('does not wait for a pair whose command has no known outcome', async () => {
    const broker = mute(({ pair, leg }) => pair === MORE[3] && leg === 'exit');
    await using desk = await tenPositions({ broker });
    await desk.send({ action: 'exit', pair: MORE[3] });

    const tookMs = await timeToSell(desk, 1);

    expect(tookMs).toBeLessThanOrEqual(200);
    const waits = await desk.ledger.read((query) => query.unsettledCommands('shadow'));
    expect(
      waits.map(({ pair }) => pair),
      'found out later',
    ).toEqual([MORE[3]]);
    await desk.pass(15_000);
    expect(await desk.ledger.read((query) => query.unsettledCommands('shadow'))).toEqual([]);
    expect(await open(desk)).toEqual([]);
  });

  it('sells what an entry brings that was on its way', async () => {
    await using desk = await testDesk({}, { section: SECTION });
    await desk.price(50_000);
    await desk.execution.onIntent(desk.wish(ENTER));
    await desk.clock.advance(10);
    void desk.execution.obey(KILL);

    await desk.pass(1_000);

    expect(await held(desk)).toEqual([]);
    expect(desk.counts.get('fill'), 'bought and sold').toBe(2);
    await desk.pass(1_000);
    expect(await open(desk)).toEqual([]);
  });

  it('ends an entry whose outcome was unknown as soon as it is found', async () => {
    let paper: Broker | undefined;
    const broker = (made: Broker): Broker => {
      paper = made;
      return new Proxy(made, {
        get: (target, name) => {
          if (name === 'listen') return () => undefined;
          if (name === 'place') {
            return (order: Order) => {
              void target.place(order);
              return new Promise(() => undefined);
            };
          }
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    };
    const section = { command_timeout_ms: 1_000, entry: { style: 'maker', timeout_ms: 600_000 } };
    await using desk = await testDesk({}, { broker, section });
    await desk.price(50_000);
    await desk.send(ENTER);
    expect(await paper?.openOrders()).toHaveLength(1);

    void desk.execution.obey(KILL);
    await desk.pass(3_000);

    expect(await paper?.openOrders()).toEqual([]);
    expect(await open(desk)).toEqual([]);
  });

  it('goes on after a restart and stays down', async () => {
    await using desk = await tenPositions();
    void desk.execution.obey(KILL);
    await desk.clock.advance(20);

    await desk.restart();
    await desk.pass(2_000);

    expect(await held(desk)).toEqual([]);
    await desk.send(ENTER);
    expect(await held(desk)).toEqual([]);
  });

  it('is not over while a new process still waits for the venue', async () => {
    const account = new ScriptedAccount();
    const venue = { account: account.port(), broker: account.watch, waitsForRecovery: false };
    await using desk = await testDesk({}, venue);
    account.nowMs = () => Math.floor(desk.clock.now());
    await desk.price(50_000);
    await desk.pass(3_000);
    await desk.send(ENTER);
    expect(await held(desk)).toEqual([BTC]);
    account.isAway = true;
    await desk.restart();

    await desk.execution.obey(KILL);
    await desk.pass(5_000);
    account.isAway = false;
    await desk.pass(10_000);

    expect(await held(desk)).toEqual([]);
    expect(await desk.ledger.read((query) => query.pendingInbox(9))).toEqual([]);
  });
});
