import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { seededRandom } from '#platform/random.ts';
import { fakeWorld } from '../../../tests/support/fake-world.ts';
import { FaultBoard } from '../faults/fault-board.ts';
import type { BookSnapshot, Level, World, WorldEvent } from '../world.ts';
import { DepthFeed } from './depth-feed.ts';
import { StreamHub } from './stream-hub.ts';
import { makeVenue } from './venue.ts';

const SYMBOL = 'BTCUSDT';
const STREAM = 'btcusdt@depth@100ms';

interface Diff {
  readonly U: number;
  readonly u: number;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
}

/** A book that changes as told; update ids rise by `idStep` with each change. */
function scriptedWorld(clock: ReturnType<typeof fakeClock>) {
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  let updateId = 1000;
  const book = (): BookSnapshot => ({
    lastUpdateId: updateId,
    bids: [...sides.bids].toSorted((a, b) => b[0] - a[0]),
    asks: [...sides.asks].toSorted((a, b) => a[0] - b[0]),
  });
  const world: World = { ...fakeWorld(clock, [SYMBOL]), book };
  const change = (side: 'bids' | 'asks', level: Level, idStep: number): WorldEvent => {
    updateId += idStep;
    const [ticks, lots] = level;
    if (lots === 0) sides[side].delete(ticks);
    else sides[side].set(ticks, lots);
    const empty = { bids: [], asks: [] };
    return {
      kind: 'book',
      symbol: SYMBOL,
      updateId,
      timeMs: clock.now(),
      ...empty,
      [side]: [level],
    };
  };
  return { world, book, change };
}

/** The venue's own recipe for a local book, as its documentation gives it. */
function localBook(snapshot: BookSnapshot, diffs: readonly Diff[]) {
  const bids = new Map(snapshot.bids);
  const asks = new Map(snapshot.asks);
  let id = snapshot.lastUpdateId;
  let gaps = 0;
  for (const diff of diffs) {
    if (diff.u <= id) continue;
    if (diff.U > id + 1) gaps += 1;
    for (const [side, rows] of [
      [bids, diff.b],
      [asks, diff.a],
    ] as const) {
      for (const [price, quantity] of rows) {
        const ticks = Math.round(Number(price) * 100);
        const lots = Math.round(Number(quantity) * 100_000);
        if (lots === 0) side.delete(ticks);
        else side.set(ticks, lots);
      }
    }
    id = diff.u;
  }
  const sorted = (side: Map<number, number>, sign: number): Level[] =>
    [...side].toSorted((a, b) => sign * (a[0] - b[0]));
  return { gaps, lastUpdateId: id, bids: sorted(bids, -1), asks: sorted(asks, 1) };
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      side: fc.constantFrom('bids' as const, 'asks' as const),
      level: fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 3 })),
      idStep: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
);

describe('depth feed', () => {
  it('never lets a client drift, whenever it subscribes and takes its snapshot', () => {
    const moment = fc.nat({ max: 40 });
    const script = fc.array(step, { minLength: 40, maxLength: 80 });
    fc.assert(
      fc.property(script, moment, moment, (steps, one, other) => {
        const clock = fakeClock();
        const { world, book, change } = scriptedWorld(clock);
        const faults = new FaultBoard(clock, seededRandom(7));
        const venue = makeVenue(world, faults);
        const hub = new StreamHub(clock, faults);
        const feed = new DepthFeed(venue, hub);
        const diffs: Diff[] = [];
        let snapshot: BookSnapshot | undefined;
        const everyMs = 100;
        steps.forEach((action, i) => {
          if (i === Math.min(one, other)) {
            hub.subscribe(
              { name: STREAM, kind: 'depthDiff', symbol: SYMBOL, everyMs },
              { deliver: ({ raw }) => diffs.push(JSON.parse(raw.toString()) as Diff) },
            );
          }
          if (i === Math.max(one, other)) snapshot = book();
          if (action.do === 'flush') {
            feed.flush(everyMs, 0);
            return;
          }
          const event = change(action.side, action.level, action.idStep);
          if (event.kind === 'book') feed.onBook(event);
        });
        feed.flush(everyMs, 0);

        expect(localBook(snapshot ?? book(), diffs)).toEqual({ gaps: 0, ...book() });
      }),
    );
  });
});
