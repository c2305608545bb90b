import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cursor, type News, newsOf, readAfter } from './cursor.ts';

interface Event {
  readonly seq: number;
  readonly atMs: number;
}

const NOW = 10_000_000_000;

/** A record that keeps events `from` to `to`; one a second until now. */
function record(from: number, to: number, source = 'a') {
  return {
    page: (after: number, limit: number) => ({
      source,
      newestSeq: to,
      events: Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
        .filter((seq) => seq > after)
        .slice(0, limit)
        .map((seq): Event => ({ seq, atMs: NOW - (to - seq) * 1_000 })),
    }),
  };
}

/** Reads until nothing is left, as the followers do. */
function follow(cursor: Cursor | null, from: ReturnType<typeof record>, limit = 3) {
  const seen: number[] = [];
  const kinds: News<Event>['kind'][] = [];
  let missed = 0;
  let at = cursor;
  for (let round = 0; round < 1_000; round += 1) {
    const news: News<Event> = newsOf(at, from.page(readAfter(at), limit), NOW);
    const isSame = news.kind === 'events' && news.cursor.seq === at?.seq;
    at = news.cursor;
    if (news.kind !== 'events') kinds.push(news.kind);
    seen.push(...news.events.map(({ seq }) => seq));
    missed += news.missed;
    if (news.behind === 0 || isSame) break;
  }
  return { cursor: at as Cursor, seen, kinds, missed };
}

describe('a cursor', () => {
  it('begins with the last two minutes', () => {
    const { seen, kinds } = follow(null, record(1, 1_000));

    expect(kinds).toEqual(['begin']);
    expect([seen[0], seen.at(-1), seen.length]).toEqual([880, 1_000, 121]);
  });

  it('begins in an empty record with its first event', () => {
    const { cursor } = follow(null, record(1, 0));

    expect(follow(cursor, record(1, 2)).seen).toEqual([1, 2]);
  });

  it('tells each event once, whatever the pages', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 2, max: 7 }),
        (steps, limit) => {
          let at: Cursor = { source: 'a', seq: 0, atMs: null, skipBeforeMs: 0 };
          let newest = 0;
          const seen: number[] = [];
          for (const step of steps) {
            newest += step;
            // Times must not move while the record grows.
            const grown = {
              page: (after: number, most: number) => ({
                source: 'a',
                newestSeq: newest,
                events: Array.from({ length: newest }, (_, index) => index + 1)
                  .filter((seq) => seq > after)
                  .slice(0, most)
                  .map((seq) => ({ seq, atMs: seq * 1_000 })),
              }),
            };
            const read = follow(at, grown, limit);
            at = read.cursor;
            seen.push(...read.seen);
            expect(read.missed).toBe(0);
          }
          expect(seen).toEqual(Array.from({ length: newest }, (_, index) => index + 1));
        },
      ),
    );
  });

  const told: Cursor = { source: 'a', seq: 10, atMs: NOW - 10_000, skipBeforeMs: 0 };

  it('counts what was trimmed before it was read', () => {
    expect(follow(told, record(15, 20))).toMatchObject({
      missed: 4,
      seen: [15, 16, 17, 18, 19, 20],
    });
  });

  it('notices another record, and reads it from its last hour on', () => {
    const { kinds, seen } = follow(told, record(1, 20, 'b'));

    expect(kinds).toEqual(['replaced']);
    // Older than what was told last is not told again.
    expect(seen).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  });

  it('notices an older copy that ends before', () => {
    expect(follow(told, record(1, 8)).kinds).toEqual(['replaced']);
  });

  it('notices an older copy that has grown beyond', () => {
    // Its event 10 is another one.
    const { kinds, seen } = follow({ ...told, atMs: NOW - 12_500 }, record(1, 20));

    expect(kinds).toEqual(['replaced']);
    expect(seen[0]).toBe(8);
  });

  it('says nothing of what was long before', () => {
    const old = { source: 'b', newestSeq: 1, events: [{ seq: 1, atMs: NOW - 4_000_000 }] };
    const replaced = newsOf({ ...told, atMs: NOW - 9_000_000 }, old, NOW);

    expect(newsOf(replaced.cursor, old, NOW)).toMatchObject({ events: [], behind: 0 });
  });
});
