import { describe, expect, it } from 'vitest';
import {
  type Candidates,
  confirm,
  MISSES_NEEDED,
  type Read,
  READS_WITHOUT_REST,
} from './confirm.ts';
import type { Difference } from './difference.ts';
import { amount, BTC, OWN_ID } from './seen.fixture.ts';

const lacks = (found: string): Difference => ({
  kind: 'balance',
  key: 'balance BTC',
  asset: 'BTC',
  expected: amount('2'),
  found: amount(found),
});

const gone: Difference = {
  kind: 'order-gone',
  key: 'gone',
  pair: BTC,
  clientOrderId: OWN_ID,
  expected: amount('0'),
  found: amount('0'),
};

function read(differences: readonly Difference[], as: Partial<Read> = {}): Read {
  return { differences, atMs: 1_000, heard: 7, isRestless: false, ...as };
}

function after(reads: readonly Read[]): Candidates {
  return reads.reduce<Candidates>((before, each) => confirm(before, each), new Map());
}

const isConfirmed = (reads: readonly Read[]) =>
  after(reads).get('balance BTC')?.isConfirmed ?? false;

describe('a difference counts', () => {
  it('after two quiet reads that found the same (1)', () => {
    expect(isConfirmed([read([lacks('1')])])).toBe(false);
    expect(isConfirmed([read([lacks('1')]), read([lacks('1')], { atMs: 3_000 })])).toBe(true);
  });

  it('not with an order event between the reads (1)', () => {
    expect(isConfirmed([read([lacks('1')]), read([lacks('1')], { heard: 8 })])).toBe(false);
  });

  it('not when a command was under way in either read (1)', () => {
    const restless = read([lacks('1')], { isRestless: true });
    expect(isConfirmed([restless, read([lacks('1')])])).toBe(false);
    expect(isConfirmed([read([lacks('1')]), restless])).toBe(false);
  });

  it('not when the amounts differ (1)', () => {
    expect(isConfirmed([read([lacks('1')]), read([lacks('1.5')])])).toBe(false);
  });

  it('on a desk that never rests after more reads that found the same (1)', () => {
    const restless = Array.from({ length: READS_WITHOUT_REST }, (_, index) =>
      read([lacks('1')], { isRestless: true, heard: index }),
    );
    expect(isConfirmed(restless.slice(1))).toBe(false);
    expect(isConfirmed(restless)).toBe(true);
  });

  it('of an order that is gone after more misses (1)', () => {
    const misses = Array.from({ length: MISSES_NEEDED }, () => read([gone]));
    expect(after(misses.slice(1)).get('gone')?.isConfirmed).toBe(false);
    expect(after(misses).get('gone')?.isConfirmed).toBe(true);
  });

  it('from when it was first seen, also when its amount changes (2)', () => {
    const found = after([
      read([lacks('1')]),
      read([lacks('1')], { atMs: 3_000 }),
      read([lacks('0.5')], { atMs: 9_000, heard: 20 }),
    ]).get('balance BTC');

    expect(found).toMatchObject({ isConfirmed: true, firstMs: 1_000 });
    expect(found?.difference.found).toBe('0.5');
  });

  it('no more when a read does not find it (3)', () => {
    expect(after([read([lacks('1')]), read([lacks('1')]), read([])]).size).toBe(0);
    expect(isConfirmed([read([lacks('1')]), read([]), read([lacks('1')])])).toBe(false);
  });
});
