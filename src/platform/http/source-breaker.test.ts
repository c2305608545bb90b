import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeClock } from '../clock/fake-clock.ts';
import { PermanentError } from '../errors.ts';
import { createSourceBreaker } from './source-breaker.ts';
import { busy, unreachable } from './source-errors.ts';

const WHERE = { source: 'news', host: 'feeds.example' };
const fails = (): Promise<never> => Promise.reject(unreachable(WHERE, undefined));

function setUp() {
  const clock = fakeClock();
  const shown: number[] = [];
  const breaker = createSourceBreaker({
    name: 'news',
    clock,
    metrics: {
      isResting: { set: (_labels: unknown, value: number) => shown.push(value) } as never,
    },
  });
  const code = (run: () => Promise<unknown>): Promise<unknown> =>
    breaker.execute(run).then(
      () => 'ok',
      (error: { code?: string; message: string }) => error.code ?? error.message,
    );
  const failFive = async (): Promise<void> => {
    for (let k = 0; k < 5; k += 1) await code(fails);
  };
  return { clock, shown, breaker, code, failFive };
}

afterEach(() => vi.useRealTimers());

describe('the breaker of a source', () => {
  it('rests after five failures in a row, and twice as long when the next one fails too', async () => {
    const { clock, breaker, code, failFive } = setUp();
    await failFive();
    expect(breaker.restsMs()).toBe(30_000);
    expect(await code(() => Promise.resolve())).toBe('source-resting');

    await clock.advance(30_000);
    expect(await code(fails)).toBe('source-unreachable');
    expect(breaker.restsMs()).toBe(60_000);

    for (let k = 0; k < 6; k += 1) {
      await clock.advance(breaker.restsMs());
      await code(fails);
    }
    expect(breaker.restsMs()).toBe(300_000);
  });

  it('goes on after an answer, a refusal too, and begins to count anew', async () => {
    for (const answer of [
      () => Promise.resolve(),
      () => Promise.reject(new PermanentError('source-refused', 'no such page')),
    ]) {
      const { clock, shown, breaker, code, failFive } = setUp();
      await failFive();
      await clock.advance(30_000);
      await code(answer);
      expect(shown).toEqual([0, 1, 0]);

      for (let k = 0; k < 4; k += 1) await code(fails);
      expect(breaker.restsMs()).toBe(0);
      await code(fails);
      expect(breaker.restsMs()).toBe(30_000);
    }
  });

  it('learns nothing from a request that was not made', async () => {
    const { clock, shown, code, failFive } = setUp();
    await failFive();
    await clock.advance(30_000);

    expect(await code(() => Promise.reject(busy({ source: 'news' }, 'rate')))).toBe('source-busy');
    expect(await code(() => Promise.reject(new Error('draining')))).toBe('draining');

    expect(shown).toEqual([0, 1]);
    expect(await code(() => Promise.resolve())).toBe('ok');
    expect(shown).toEqual([0, 1, 0]);
  });

  it('lets one request through after a rest; the others wait for what becomes of it', async () => {
    const { clock, code, failFive } = setUp();
    await failFive();
    await clock.advance(30_000);
    const first = Promise.withResolvers<void>();
    let asked = 0;
    const ask = (): Promise<void> => {
      asked += 1;
      return asked === 1 ? first.promise : Promise.resolve();
    };

    const all = Promise.all([code(ask), code(ask), code(ask)]);
    await clock.advance(0);
    expect(asked).toBe(1);
    first.reject(unreachable(WHERE, undefined));

    expect(await all).toEqual(['source-unreachable', 'source-resting', 'source-resting']);
    expect(asked).toBe(1);
  });

  it('makes a rest no longer by those that were under way when it began', async () => {
    const { breaker, code } = setUp();

    await Promise.all(Array.from({ length: 12 }, () => code(fails)));

    expect(breaker.restsMs()).toBe(30_000);
  });

  it('ends its rest although the wall clock was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    const { clock, code, failFive } = setUp();
    await failFive();

    vi.setSystemTime(1_800_000_000_000 - 3_600_000);
    await clock.advance(30_000);

    expect(await code(() => Promise.resolve())).toBe('ok');
  });
});
