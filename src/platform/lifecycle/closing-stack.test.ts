import { describe, expect, it } from 'vitest';
import { fakeClock } from '../clock/fake-clock.ts';
import { closingStack } from './closing-stack.ts';

describe('closingStack', () => {
  it('closes last in, first out', async () => {
    const order: string[] = [];
    const stack = closingStack({ clock: fakeClock(), deadlineMs: 100 });
    stack.defer(() => void order.push('first'));
    stack.use({ [Symbol.asyncDispose]: async () => void order.push('second') });
    stack.use({ [Symbol.dispose]: () => void order.push('third') });
    stack.adopt('fourth', (name) => void order.push(name));

    await stack.close();

    expect(order).toEqual(['fourth', 'third', 'second', 'first']);
  });

  it('runs every closer although one fails and one hangs, and reports both', async () => {
    const clock = fakeClock();
    const order: string[] = [];
    const stack = closingStack({ clock, deadlineMs: 100 });
    stack.defer(() => void order.push('last'));
    stack.defer(() => Promise.reject(new Error('broken')));
    stack.defer(() => new Promise(() => undefined));

    const closed = stack.close().catch((error: unknown) => error);
    await clock.advance(100);

    const failure = await closed;
    expect(order).toEqual(['last']);
    expect(failure).toBeInstanceOf(AggregateError);
    expect((failure as AggregateError).errors).toHaveLength(2);
  });

  it('closes once however often it is asked', async () => {
    let closes = 0;
    const stack = closingStack({ clock: fakeClock(), deadlineMs: 100 });
    stack.defer(() => void (closes += 1));

    await Promise.all([stack.close(), stack.close()]);

    expect(closes).toBe(1);
  });
});
