import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { createStaleness, STREAM_KINDS } from './staleness.ts';
import type { Staleness } from './staleness.ts';

const BTC = Pair.parse('BTC/USDT');
const ETH = Pair.parse('ETH/USDT');
const PAIRS = [BTC, ETH];

/** All streams up and heard of at `nowMs`. */
function running(nowMs: number): Staleness {
  const staleness = createStaleness({ pairs: PAIRS, muteAfterMs: 1_500, quietAfterMs: 10_000 });
  for (const kind of STREAM_KINDS) {
    staleness.subscribed(kind, PAIRS, nowMs);
    for (const pair of PAIRS) staleness.event(kind, pair, nowMs);
  }
  return staleness;
}

describe('createStaleness', () => {
  it('knows nothing before the first event', () => {
    const staleness = createStaleness({ pairs: PAIRS, muteAfterMs: 1_500, quietAfterMs: 10_000 });
    expect(staleness.freshMs(BTC)).toBe(0);

    staleness.subscribed('quote', PAIRS, 5_000);

    expect(staleness.freshMs(BTC)).toBe(0);
  });

  it('takes a quiet pair for as fresh as the stream that speaks of others', () => {
    const staleness = running(1_000);
    for (const kind of STREAM_KINDS) staleness.event(kind, ETH, 4_000);

    expect(staleness.freshMs(BTC)).toBe(4_000);
  });

  it('is as old as its oldest stream', () => {
    const staleness = running(1_000);
    for (const kind of ['candle', 'trade', 'book'] as const) staleness.event(kind, BTC, 9_000);

    expect(staleness.freshMs(BTC)).toBe(1_000);
  });

  it('is as old as what comes late says, though the stream speaks', () => {
    const staleness = running(1_000);
    for (const kind of STREAM_KINDS) staleness.event(kind, BTC, 20_000);
    staleness.event('trade', BTC, 20_000, 12_000);
    staleness.event('trade', ETH, 20_000, 11_000);

    expect(staleness.freshMs(BTC)).toBe(12_000);
    expect(staleness.suspect('trade', 20_500), 'it is late, not mute').toBeUndefined();
  });

  it('is never fresher than the receipt, whatever the venue clock says', () => {
    const staleness = running(1_000);
    for (const kind of STREAM_KINDS) staleness.event(kind, BTC, 20_000, 50_000);

    expect(staleness.freshMs(BTC)).toBe(20_000);
  });

  it('does not call a pair fresh after a reconnect before it was heard of', () => {
    const staleness = running(1_000);
    staleness.lost('quote', PAIRS);
    staleness.subscribed('quote', PAIRS, 5_000);
    for (const kind of STREAM_KINDS) staleness.event(kind, ETH, 6_000);

    expect(staleness.freshMs(BTC)).toBe(1_000);
    expect(staleness.freshMs(ETH)).toBe(6_000);
    staleness.confirmed('quote', BTC, 6_500);
    expect(staleness.freshMs(BTC)).toBe(6_000);
  });

  it('suspects a stream that is silent as a whole, by its liveliest pair', () => {
    const staleness = running(1_000);
    staleness.event('trade', ETH, 1_200);

    expect(staleness.suspect('trade', 2_600)).toBeUndefined();
    expect(staleness.suspect('trade', 2_700)).toEqual({ pair: ETH, scope: 'stream' });
  });

  it('waits before it checks the same silence again', () => {
    const staleness = running(1_000);
    staleness.checked('trade', BTC, 2_600);

    expect(staleness.suspect('trade', 4_000)).toBeUndefined();
    expect(staleness.suspect('trade', 4_100)).toEqual({ pair: BTC, scope: 'stream' });
  });

  it('suspects one pair that is quiet for long on a stream that speaks', () => {
    const staleness = running(1_000);
    staleness.event('book', ETH, 10_900);

    expect(staleness.suspect('book', 10_999)).toBeUndefined();
    expect(staleness.suspect('book', 11_000)).toEqual({ pair: BTC, scope: 'pair' });
  });

  it('checks a pair soon that was not heard of since the stream came back', () => {
    const staleness = running(1_000);
    staleness.subscribed('book', PAIRS, 2_000);
    staleness.event('book', ETH, 3_400);

    expect(staleness.suspect('book', 3_500)).toEqual({ pair: BTC, scope: 'pair' });
  });

  it('leaves a stream that is known to be down to its reconnect', () => {
    const staleness = running(1_000);
    staleness.lost('quote', PAIRS);

    expect(staleness.suspect('quote', 60_000)).toBeUndefined();
  });

  it('lets a confirmation vouch for the whole silent stream', () => {
    const staleness = running(1_000);
    for (const kind of STREAM_KINDS) staleness.confirmed(kind, ETH, 7_000);

    expect(staleness.freshMs(BTC)).toBe(7_000);
  });

  it('asks soon about a pair that did not trade since its stream was opened', () => {
    const staleness = running(1_000);
    for (const kind of STREAM_KINDS) {
      staleness.subscribed(kind, PAIRS, 5_000);
      staleness.event(kind, ETH, 5_100);
    }

    expect(staleness.suspect('trade', 5_300)).toBeUndefined();
    expect(staleness.suspect('trade', 5_400)).toEqual({ pair: BTC, scope: 'pair' });
    expect(staleness.suspect('quote', 5_400), 'quotes come by themselves').toBeUndefined();
  });
});
