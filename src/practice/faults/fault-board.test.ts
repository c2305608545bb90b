import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { Fault } from './fault.ts';
import { FaultBoard } from './fault-board.ts';

function make() {
  const clock = fakeClock();
  return { clock, board: new FaultBoard(clock, seededRandom(7)) };
}

const fault = (value: unknown): Fault => Fault.parse(value);
const missed = (board: FaultBoard, stream: string): boolean =>
  board.hit('event-missing', { stream, symbol: stream.split('@')[0]?.toUpperCase() }) !== undefined;

describe('fault board', () => {
  it('begins after its wait and ends after its length', async () => {
    const { clock, board } = make();
    const phases: string[] = [];
    board.onChange((run, phase) => phases.push(`${run.fault.kind} ${phase}`));
    board.start(fault({ kind: 'event-missing', afterMs: 100, durationMs: 50 }));

    expect(missed(board, 'btcusdt@trade')).toBe(false);
    await clock.advance(100);
    expect(missed(board, 'btcusdt@trade')).toBe(true);
    expect(board.list()[0]?.hits).toBe(1);
    await clock.advance(50);
    expect(missed(board, 'btcusdt@trade')).toBe(false);
    expect(phases).toEqual(['event-missing begin', 'event-missing end']);
    expect(board.list()).toEqual([]);
  });

  it('hits only its target', () => {
    const { board } = make();
    board.start(
      fault({ kind: 'event-missing', target: { stream: '*@kline_*', symbol: 'BTCUSDT' } }),
    );

    expect(missed(board, 'btcusdt@kline_1s')).toBe(true);
    expect(missed(board, 'ethusdt@kline_1s')).toBe(false);
    expect(missed(board, 'btcusdt@trade')).toBe(false);
    expect(board.hit('event-missing', { route: '/api/v3/time' })).toBeUndefined();
  });

  it('repeats its dice from the seed', () => {
    const dice = (): boolean[] => {
      const { board } = make();
      board.start(fault({ kind: 'event-missing', probability: 0.5 }));
      return Array.from({ length: 64 }, () => missed(board, 'btcusdt@trade'));
    };

    const first = dice();
    expect(dice()).toEqual(first);
    expect(new Set(first).size, 'half of them hit').toBe(2);
  });

  it('hits no more often than its count', () => {
    const { board } = make();
    board.start(fault({ kind: 'event-missing', count: 2 }));

    expect([1, 2, 3].map(() => missed(board, 'btcusdt@trade'))).toEqual([true, true, false]);
    expect(board.list()[0]?.hits).toBe(2);
  });

  it('hits one verb of a route and one side', () => {
    const { board } = make();
    const target = { route: '/api/v3/order*', verb: 'POST', side: 'SELL' };
    board.start(fault({ kind: 'order-hang', target }));
    const hit = (route: string, verb: string, side?: string): boolean =>
      board.hit('order-hang', { route, verb, side }) !== undefined;

    expect(hit('/api/v3/order', 'POST', 'SELL')).toBe(true);
    expect(hit('/api/v3/orderList/oco', 'POST', 'SELL')).toBe(true);
    expect(hit('/api/v3/order', 'POST', 'BUY')).toBe(false);
    expect(hit('/api/v3/order', 'DELETE', 'SELL')).toBe(false);
    expect(hit('/api/v3/order', 'POST')).toBe(false);
  });

  it('stops one before it began and all at once', async () => {
    const { clock, board } = make();
    const waiting = board.start(fault({ kind: 'event-missing', afterMs: 100 }));
    board.start(fault({ kind: 'event-late' }));

    expect(board.stop(waiting?.id ?? '')).toBe(true);
    expect(board.stop('f99')).toBe(false);
    await clock.advance(200);
    expect(missed(board, 'btcusdt@trade')).toBe(false);
    board.stopAll();
    expect(board.active('event-late')).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it('refuses more faults than its bound', () => {
    const { board } = make();
    for (let i = 0; i < 100; i += 1) board.start(fault({ kind: 'event-late' }));

    expect(board.start(fault({ kind: 'event-late' }))).toBeUndefined();
  });
});
