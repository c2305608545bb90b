import { describe, expect, it } from 'vitest';
import { Instrument } from '#core/model/instrument.ts';
import { judgeVenue } from './venue.ts';
import type { VenueFacts } from './venue.ts';

const BTC = Instrument.parse({
  pair: 'BTC/USDT',
  venueSymbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  status: 'trading',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQty: '0.00001',
  minNotional: '5',
  hasOco: true,
  hasTrailingStop: true,
});
const GOOD = { kind: 'read', id: 'x', offsetMs: 3, roundTripMs: 20, instruments: [BTC] } as const;

describe('the venue and its clock', () => {
  it.each<[string, VenueFacts, string]>([
    ['all well', GOOD, 'pass pass'],
    ['a clock that is a second off', { ...GOOD, offsetMs: -1_000 }, 'pass warn'],
    ['a clock that is nearly off', { ...GOOD, offsetMs: 999 }, 'pass pass'],
    ['far away', { ...GOOD, roundTripMs: 300 }, 'pass warn'],
    ['too far away', { ...GOOD, roundTripMs: 1_000 }, 'pass fail'],
    ['a closed pair', { ...GOOD, instruments: [{ ...BTC, status: 'halted' }] }, 'warn pass'],
    ['no order lists', { ...GOOD, instruments: [{ ...BTC, hasOco: false }] }, 'warn pass'],
    ['no answer', { kind: 'away', why: 'it times out' }, 'fail'],
    ['practice, down', { kind: 'not-started' }, 'pass'],
  ])('are judged: %s', (_, facts, expected) => {
    const found = judgeVenue(facts).map(({ verdict }) => verdict);

    expect(found.join(' ')).toBe(expected);
  });

  it('say on which side the clock is', () => {
    expect(judgeVenue({ ...GOOD, offsetMs: 1_500 })[1]?.text).toContain('1500 ms behind');
    expect(judgeVenue({ ...GOOD, offsetMs: -1_500 })[1]?.text).toContain('1500 ms ahead of');
  });
});
