import { describe, expect, it } from 'vitest';
import type { Order } from '#core/model/order.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { Broker } from '../broker.ts';
import { withTwin } from './twin.ts';

const ORDER = {
  clientOrderId: 'a',
  pair: 'BTC/USDT',
  account: 'live',
  side: 'sell',
} as unknown as Order;

function brokerOf(name: string, said: string[], answer: Promise<CommandOutcome>): Broker {
  return new Proxy({} as Broker, {
    get: (_, method) => {
      if (method === 'account') return name;
      return (...args: readonly unknown[]): unknown => {
        said.push(
          `${name} ${String(method)} ${(args[0] as { account?: string }).account ?? ''}`.trim(),
        );
        return method === 'restore' ? Promise.resolve() : answer;
      };
    },
  });
}

describe('withTwin', () => {
  it('asks the real broker first and waits for its answer alone', async () => {
    const said: string[] = [];
    const works: Promise<unknown>[] = [];
    const never = new Promise<CommandOutcome>(() => undefined);
    const accepted: Promise<CommandOutcome> = Promise.resolve({ outcome: 'accepted', events: [] });
    const broker = withTwin(
      brokerOf('live', said, accepted),
      brokerOf('twin', said, never),
      (_, work) => {
        works.push(work);
      },
    );

    expect(await broker.place(ORDER)).toEqual({ outcome: 'accepted', events: [] });
    await broker.cancel(ORDER);
    await Promise.resolve();

    expect(said.toSorted()).toEqual([
      'live cancel live',
      'live place live',
      'twin cancel live',
      'twin place twin',
      'twin restore',
    ]);
    expect(said.indexOf('live place live')).toBeLessThan(said.indexOf('twin place twin'));
    expect(said.filter((line) => line === 'twin restore')).toHaveLength(1);
    expect(works).toHaveLength(2);
  });

  it('asks the real broker alone what is true', () => {
    const said: string[] = [];
    const answer: Promise<CommandOutcome> = Promise.resolve({ outcome: 'accepted', events: [] });
    const broker = withTwin(
      brokerOf('live', said, answer),
      brokerOf('twin', said, answer),
      () => undefined,
    );
    void broker.query(ORDER);
    void broker.openOrders;
    void broker.fillsSince({ pair: ORDER.pair, sinceMs: 0 });

    expect(said.every((line) => line.startsWith('live'))).toBe(true);
  });
});
