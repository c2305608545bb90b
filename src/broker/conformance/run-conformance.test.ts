import { describe, expect, it } from 'vitest';
import type { DecimalText } from '#core/model/decimal-text.ts';
import type { CommandOutcome } from '#core/orders/command-outcome.ts';
import type { ConformanceCase } from '#core/promotion/conformance.ts';
import { seededRandom } from '#platform/random.ts';
import { BTC } from '#agents/execution/desk.fixture.ts';
import { ModelMarket } from '#agents/execution/simulation/model-market.ts';
import type { Broker } from '../broker.ts';
import { CONFORMANCE_CASES } from './conformance-cases.ts';
import { type ConformanceWorld, tinyQty } from './conformance-world.ts';
import { runConformance } from './run-conformance.ts';

const dec = (text: string): DecimalText => text as DecimalText;

/** A venue that says the same to everything. */
function worldOf(answer: CommandOutcome, isAble: boolean): ConformanceWorld {
  const broker = new Proxy({} as Broker, {
    get: (_, name) => {
      if (name === 'features') return { hasBracket: isAble, hasReplace: isAble, hasStops: isAble };
      if (name === 'account') return 'conformance';
      if (name === 'query') return () => Promise.resolve('absent');
      if (name === 'openOrders' || name === 'fillsSince') return () => Promise.resolve([]);
      return () => Promise.resolve(answer);
    },
  });
  let ids = 0;
  return {
    broker,
    instrument: new ModelMarket(seededRandom(1)).instrument(BTC),
    told: [],
    quote: () => Promise.resolve({ bid: dec('50000'), ask: dec('50001') }),
    bought: () => Promise.resolve(dec('0')),
    eventually: async (isTrue) => await isTrue(),
    nowMs: () => 1,
    nextId: () => `ndconf${(ids += 1)}`,
  };
}

async function outcomes(world: ConformanceWorld): Promise<readonly ConformanceCase[]> {
  return await runConformance(world, () => undefined);
}

describe('runConformance', () => {
  it('passes nobody who only says yes', async () => {
    const cases = await outcomes(worldOf({ outcome: 'accepted', events: [] }, true));

    const passed = cases.filter(({ outcome }) => outcome === 'pass').map(({ name }) => name);
    expect(passed).toEqual(['an order the venue never got is absent']);
  });

  it('passes nobody who only says no, and says at what', async () => {
    const refused = { outcome: 'refused', code: '-1', reason: 'no' } as const;
    const cases = await outcomes(worldOf(refused, true));

    expect(cases.find(({ name }) => name.startsWith('an order that waits'))).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('placing: refused') as string,
    });
    expect(cases.filter(({ outcome }) => outcome === 'pass')).toHaveLength(3);
  });

  it('skips what the venue has no means for', async () => {
    const cases = await outcomes(worldOf({ outcome: 'unknown', cause: 'timeout' }, false));

    expect(cases.filter(({ outcome }) => outcome === 'skip')).toHaveLength(3);
    expect(cases).toHaveLength(CONFORMANCE_CASES.length);
  });

  it('asks for little more than the least order', () => {
    const world = worldOf({ outcome: 'accepted', events: [] }, true);
    const notional = Number(tinyQty(world, dec('50000'))) * 50_000;

    expect(notional).toBeGreaterThan(Number(world.instrument.minNotional) * 2);
    expect(notional).toBeLessThan(Number(world.instrument.minNotional) * 4 + 1);
  });
});
