import { describe, expect, it } from 'vitest';
import { CALM, lookForEmergency } from './emergency.ts';
import type { OutsideView } from './emergency.ts';

const RULES = { fall: 0.1, fallMs: 600_000, unprotectedMs: 120_000, exposureMax: 1.1 };

function looks(views: readonly Partial<OutsideView>[]): (readonly string[])[] {
  let memory = CALM;
  return views.map((view, place) => {
    const fine = {
      nowMs: place * 30_000,
      equityQuote: 10_000,
      profitQuote: 0,
      exposure: 0.3,
      unprotected: [],
    };
    const found = lookForEmergency(memory, { ...fine, ...view }, RULES);
    ({ memory } = found);
    return found.reasons;
  });
}

describe('the second line of defence', () => {
  it('is silent while nothing is wrong', () => {
    expect(looks([{}, {}, {}]).flat()).toEqual([]);
  });

  it('sees the equity fall within minutes, and not over an hour', () => {
    const lost = (quote: number) => ({ equityQuote: 10_000 - quote, profitQuote: -quote });

    expect(looks([{}, lost(1_010)])[1]).toHaveLength(1);
    expect(looks([{}, lost(990)])[1]).toEqual([]);
    expect(looks([{}, { nowMs: 3_600_000, ...lost(2_000) }])[1]).toEqual([]);
  });

  it('takes a withdrawal for no fall', () => {
    expect(looks([{}, { equityQuote: 5_000 }])[1]).toEqual([]);
  });

  it('notes no profit that is in doubt, and sees what has fallen once it is known', () => {
    const doubt = { equityQuote: 8_500, profitQuote: undefined };
    const fallen = { equityQuote: 8_900, profitQuote: -1_100 };

    expect(looks([{ profitQuote: 500 }, doubt, { profitQuote: 400 }]).flat()).toEqual([]);
    expect(looks([{}, doubt, fallen]).map(({ length }) => length)).toEqual([0, 0, 1]);
  });

  it('sees a fall over midnight', () => {
    const nowMs = 86_400_000;
    const fallen = { nowMs, equityQuote: 8_900, profitQuote: -1_100 };

    expect(looks([{ nowMs: nowMs - 1_000 }, fallen])[1]).toHaveLength(1);
  });

  it('needs two looks in a row for an exposure that cannot be', () => {
    const over = { exposure: 1.2 };

    expect(looks([over, {}, over, over]).map(({ length }) => length)).toEqual([0, 0, 0, 1]);
  });

  it('gives a stop its time, and forgets when there is one', () => {
    const bare = { unprotected: ['BTC/USDT'] };

    expect(looks([bare, bare, bare, bare, bare]).map(({ length }) => length)).toEqual([
      0, 0, 0, 0, 1,
    ]);
    expect(looks([bare, bare, {}, bare, bare]).flat()).toEqual([]);
  });

  it('remembers no more than the minutes it looks at', () => {
    let memory = CALM;
    for (let place = 0; place < 5_000; place += 1) {
      const view = {
        nowMs: place * 100,
        equityQuote: 1,
        profitQuote: 0,
        exposure: 0,
        unprotected: [],
      };
      ({ memory } = lookForEmergency(memory, view, RULES));
    }

    expect(memory.profits.length).toBeLessThanOrEqual(2_000);
  });
});
