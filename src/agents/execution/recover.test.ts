import { describe, expect, it } from 'vitest';
import type { Broker } from '#broker/broker.ts';
import { PublicTrade } from '#core/model/market.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';
import { commandItem } from './inbox.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };
const trade = (id: number, atMs: number, value: number): PublicTrade =>
  PublicTrade.parse({
    pair: BTC,
    id,
    price: value.toFixed(2),
    qty: '1',
    takerSide: 'sell',
    atMs: Math.floor(atMs),
  });

async function lastSeen(desk: TestDesk): Promise<number | undefined> {
  const marks = await desk.ledger.read((query) => query.tradeMarks('shadow'));
  return marks.find(({ pair }) => pair === BTC)?.lastTradeId;
}

describe('recovery', () => {
  it('asks for missed trades only where something rested at the venue', async () => {
    const asked: number[] = [];
    const missedTrades = (fromId: number) => {
      asked.push(fromId);
      return Promise.resolve([]);
    };
    await using desk = await testDesk({}, { missedTrades });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.pass(4_000);
    await desk.restart();
    expect(asked, 'a stop rested').toEqual([2]);

    await desk.send({ action: 'exit' });
    await desk.restart();

    expect(asked, 'nothing rested').toEqual([2]);
  });

  it('enters no pair before a trade of it was seen, so that there is a place to resume from', async () => {
    await using desk = await testDesk();
    await desk.price(50_000, { isTraded: false });
    await desk.send(ENTER);
    const refused = desk.events.flatMap((e) => (e.kind === 'intent.refused' ? e.reasons : []));
    expect(refused).toEqual(['pair-not-ready']);

    await desk.price(50_000);
    await desk.send(ENTER);

    expect(await lastSeen(desk)).toBe(1);
  });

  it('does not take trades of today for seen before the missed ones are replayed', async () => {
    let isLate = false;
    await using desk = await testDesk(
      {},
      {
        waitsForRecovery: false,
        missedTrades: () => (isLate ? new Promise(() => undefined) : Promise.resolve([])),
        early: (paper) => {
          if (isLate) paper.onTrades([trade(900, desk.clock.now(), 50_000)]);
        },
      },
    );
    await desk.price(50_000);
    desk.trade(100, 50_000);
    await desk.send(ENTER);
    await desk.pass(4_000);
    expect(await lastSeen(desk)).toBe(100);
    const exit = desk.wish({ action: 'exit' });
    await desk.ledger.transaction((tx) =>
      tx.receive({
        ...commandItem({ id: exit.id, kind: 'pause', by: '', reason: '', issuedMs: 0 }, 0),
        kind: 'intent',
        priority: 'exit',
        pair: BTC,
        payload: JSON.stringify(exit),
      }),
    );

    isLate = true;
    await desk.restart();

    expect(await lastSeen(desk)).toBe(100);
  });

  it('takes a leg that has ended for placed when the answer to its list was never heard', async () => {
    const broker = (paper: Broker): Broker =>
      new Proxy(paper, {
        get: (target, name) => {
          if (name === 'placeExitList') {
            return (legs: Parameters<Broker['placeExitList']>[0]) => {
              void target.placeExitList(legs);
              return new Promise(() => undefined);
            };
          }
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    await using desk = await testDesk({}, { broker });
    await desk.price(50_000);
    desk.trade(100, 50_000);
    await desk.send(ENTER);
    desk.trade(101, 48_900);
    await desk.clock.advance(100);

    await desk.restart();
    await desk.pass(2_000);

    const held = await desk.ledger.read((query) => query.position('shadow', BTC));
    expect(held).toBeUndefined();
    expect(desk.counts.get('order triggered')).toBe(1);
    expect(desk.counts.get('illegal event')).toBeUndefined();
  });

  it('finds out what became of a command although its pair has nothing left', async () => {
    // As a live broker: no public trades are seen, and the answer to the sale is never heard.
    const broker = (paper: Broker): Broker =>
      new Proxy(paper, {
        get: (target, name) => {
          if (name === 'seen') return () => undefined;
          if (name === 'replace') {
            return (...orders: Parameters<Broker['replace']>) => {
              void target.replace(...orders);
              return new Promise(() => undefined);
            };
          }
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    // Without fees nothing is left of the position, not even dust.
    const section = { paper: { taker_fee_fraction: 0, maker_fee_fraction: 0 } };
    await using desk = await testDesk({}, { broker, section });
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.send({ action: 'exit' });
    await desk.pass(2_000);
    expect(await desk.ledger.read((query) => query.unsettledCommands('shadow'))).toHaveLength(1);

    await desk.restart();
    await desk.pass(4_000);

    expect(await desk.ledger.read((query) => query.unsettledCommands('shadow'))).toEqual([]);
  });

  it('never commits a trade as seen without all that the trade caused', async () => {
    let missed: readonly PublicTrade[] = [];
    let isDying = false;
    await using desk = await testDesk(
      {},
      {
        missedTrades: (fromId) => Promise.resolve(missed.filter(({ id }) => id >= fromId)),
        crash: (point) => {
          if (isDying && point === 'committed') throw new Error('killed');
        },
      },
    );
    await desk.price(50_000);
    await desk.send(ENTER);
    await desk.pass(4_000);
    const nowMs = desk.clock.now();
    missed = [trade(2, nowMs, 48_900), trade(3, nowMs + 20, 50_100)];

    await desk.clock.advance(1);
    isDying = true;
    desk.trade(2, 48_900);
    await desk.clock.advance(1);
    isDying = false;
    await desk.restart();

    const held = await desk.ledger.read((query) => query.position('shadow', BTC));
    expect(held, 'the stop was hit').toBeUndefined();
  });

  it('lets a stop that was passed meanwhile trigger at what was traded then', async () => {
    let missed: readonly PublicTrade[] = [];
    const missedTrades = (fromId: number) =>
      Promise.resolve(missed.filter(({ id }) => id >= fromId));
    await using desk = await testDesk({}, { missedTrades });
    await desk.price(50_000);
    desk.trade(100, 50_000);
    await desk.send(ENTER);
    await desk.pass(4_000);
    missed = [trade(101, desk.clock.now() + 10, 48_500), trade(102, desk.clock.now() + 20, 50_100)];

    await desk.restart();

    const held = await desk.ledger.read((query) => query.position('shadow', BTC));
    expect(held).toBeUndefined();
  });
});
