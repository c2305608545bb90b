import { describe, expect, it } from 'vitest';
import type { Bracket, Broker } from '#broker/broker.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { OrderEvent } from '#core/orders/order-event.ts';
import { BTC, type TestDesk, testDesk } from './desk.fixture.ts';

const ENTER = { action: 'enter', stopDistanceFraction: 0.02, targetDistanceFraction: 0.06 };

/** The paper broker, with what was asked of it, and answers that a test makes worse. */
function watched(asked: string[], worse: Partial<Broker> = {}): (paper: Broker) => Broker {
  return (paper) =>
    new Proxy(paper, {
      get: (target, name) => {
        const own: unknown = Reflect.get(worse, name);
        if (own !== undefined) return own;
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (/^place|replace|cancel/.test(String(name))) {
          return (...args: unknown[]): unknown => {
            asked.push(String(name));
            return Reflect.apply(value, target, args);
          };
        }
        return value.bind(target) as unknown;
      },
    });
}

async function ordersOf(desk: TestDesk, intentId: string): Promise<string[]> {
  const orders = await desk.ledger.read((query) => query.ordersOfIntent(intentId));
  return orders.map(({ leg, status, qty }) => `${leg} ${status} ${qty}`);
}

describe('an entry by bracket', () => {
  it('is one request, and its stop and target cover what it brought', async () => {
    const asked: string[] = [];
    await using desk = await testDesk({}, { broker: watched(asked) });
    await desk.price(50_000);

    const { id } = await desk.send(ENTER);

    expect(asked).toEqual(['placeBracket']);
    const [entry, stop, target] = await ordersOf(desk, id);
    const held = await desk.ledger.read((query) => query.position('shadow', BTC));
    expect(entry).toContain('entry filled');
    const covered = (Math.floor(Number(held?.qty) * 10_000) / 10_000).toString();
    expect([stop, target]).toEqual([`stop open ${covered}`, `target open ${covered}`]);
    expect(held).toMatchObject({ stopPrice: '49004.9', targetPrice: '53005.3' });
  });

  it('leaves by one request that ends the stop and sells', async () => {
    const asked: string[] = [];
    await using desk = await testDesk({}, { broker: watched(asked) });
    await desk.price(50_000);
    const entry = await desk.send(ENTER);

    const exit = await desk.send({ action: 'exit' });

    expect(asked).toEqual(['placeBracket', 'replace']);
    expect((await ordersOf(desk, exit.id))[0]).toContain('exit filled');
    expect((await ordersOf(desk, entry.id)).join()).toMatch(/stop cancelled.*target cancelled/);
  });

  it('ends whole when the venue refuses it', async () => {
    const refused = { outcome: 'refused', code: 'test', reason: 'because' } as const;
    const placeBracket = () => Promise.resolve(refused);
    await using desk = await testDesk({}, { broker: watched([], { placeBracket }) });
    await desk.price(50_000);

    const { id } = await desk.send(ENTER);

    expect((await ordersOf(desk, id)).map((text) => text.split(' ')[1])).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
    const free = await desk.ledger.read((query) => query.balance('shadow', 'free', 'USDT'));
    expect(free).toBe('10000');
  });

  it('cancels and sells when the venue will not replace', async () => {
    const asked: string[] = [];
    const refused = { outcome: 'refused', code: 'test', reason: 'because' } as const;
    const replace = () => Promise.resolve(refused);
    await using desk = await testDesk({}, { broker: watched(asked, { replace }) });
    await desk.price(50_000);
    await desk.send(ENTER);

    await desk.send({ action: 'exit' });
    await desk.pass(2_000);

    expect(asked).toEqual(['placeBracket', 'cancel', 'place']);
    expect(await desk.ledger.read((query) => query.position('shadow', BTC))).toBeUndefined();
  });

  it('is settled after a restart that lost its answer', async () => {
    let isLost = true;
    const broker = (paper: Broker): Broker =>
      watched([], {
        placeBracket: (bracket) => {
          const answer = paper.placeBracket(bracket);
          return isLost ? new Promise(() => undefined) : answer;
        },
      })(paper);
    await using desk = await testDesk({}, { broker });
    await desk.price(50_000);
    const { id } = await desk.send(ENTER);

    isLost = false;
    await desk.restart();
    await desk.pass(3_000);

    expect(await desk.ledger.read((query) => query.unsettledCommands('shadow'))).toEqual([]);
    expect((await ordersOf(desk, id)).map((text) => text.split(' ')[1])).toEqual([
      'filled',
      'open',
      'open',
    ]);
  });

  it.each([
    ['protected by exits of its own, at the same levels', 50_000, 'placeExitList'],
    ['sold, since its stop is passed', 48_900, 'place'],
  ])('whose exits the venue rejects at their release is %s', async (_, price, asked) => {
    const calls: string[] = [];
    const broker = (paper: Broker): Broker =>
      watched(calls, { placeBracket: (bracket) => releasedBadly(paper, bracket, () => moveTo()) })(
        paper,
      );
    const section = { paper: { latency_ms: 10, latency_sigma: 0 } };
    await using desk = await testDesk({}, { broker, section });
    const moveTo = (): void => desk.show(price);
    await desk.price(50_000);

    const intent = desk.wish(ENTER);
    await desk.execution.onIntent(intent);
    await desk.clock.advance(50);

    expect(calls[0]).toBe(asked);
    const open = await desk.ledger.read((query) => query.openOrders('shadow', BTC));
    const held = await desk.ledger.read((query) => query.position('shadow', BTC));
    expect(open.map(({ leg, status }) => `${leg} ${status}`)).toEqual(
      asked === 'place' ? [] : ['stop open', 'target open'],
    );
    expect(held === undefined).toBe(asked === 'place');
  });
});

/** As Binance tells it: the list is done, and its exits are expired because they were rejected. */
async function releasedBadly(
  paper: Broker,
  { entry, stop, target }: Bracket,
  then: () => void,
): Promise<CommandOutcome> {
  const answer = await paper.place(entry);
  if (answer.outcome !== 'accepted') return answer;
  then();
  const exits = [stop, target].flatMap(({ clientOrderId, pair }): OrderEvent[] => {
    const about = { clientOrderId, pair, atMs: entry.createdMs };
    return [
      { ...about, kind: 'accepted', venueOrderId: `v${clientOrderId}`, isPending: true },
      { ...about, kind: 'expired', reason: 'REJECTED' },
    ];
  });
  return { ...answer, events: [...answer.events, ...exits] };
}
