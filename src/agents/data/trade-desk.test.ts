import { expect, it } from 'vitest';
import { PublicTrade } from '#core/model/market.ts';
import { Pair } from '#core/model/pair.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { declareDataMetrics } from './metrics.ts';
import { createTradeDesk } from './trade-desk.ts';

const BTC = Pair.parse('BTC/USDT');

const tradeOf = (id: number): PublicTrade =>
  PublicTrade.parse({ pair: BTC, id, price: '1', qty: '1', takerSide: 'buy', atMs: id });

/** The ids that go out, and from which ones the venue was asked, when 1 and `next` were heard. */
async function heard(next: number, answers: readonly (readonly number[])[]) {
  const asked: number[] = [];
  const waiting: Promise<unknown>[] = [];
  let nowMs = 0;
  const desk = createTradeDesk({
    pairs: [BTC],
    hasSequence: true,
    reads: {
      tradesSince: ({ fromId = -1 }) => {
        asked.push(fromId);
        return Promise.resolve((answers[asked.length - 1] ?? []).map(tradeOf));
      },
    },
    now: () => nowMs,
    log: silentLog(),
    metrics: declareDataMetrics(createMetrics({ agent: 'data', instance: 'data' })),
    signal: new AbortController().signal,
    background: (_name, work) => void waiting.push(work),
  });
  desk.accept([tradeOf(1), tradeOf(next)]);
  desk.tick();
  nowMs = 1_000;
  desk.tick();
  await Promise.all(waiting);
  return { asked, ids: desk.take().map(({ id }) => id) };
}

it('asks on for a hole of several pages', async () => {
  expect(await heard(5, [[2, 3], [4]])).toEqual({ asked: [2, 4], ids: [1, 2, 3, 4, 5] });
});

it('asks once for trades that the venue does not have', async () => {
  expect(await heard(5, [[5, 6]])).toEqual({ asked: [2], ids: [1, 5, 6] });
});

it('asks again a venue that does not know yet what its stream told', async () => {
  expect(await heard(5, [[], [2, 3, 4, 5]])).toEqual({ asked: [2, 2], ids: [1, 2, 3, 4, 5] });
});

it('asks no further once the rest of a hole is not had', async () => {
  expect(await heard(5, [[2], [5]])).toEqual({ asked: [2, 3], ids: [1, 2, 5] });
});
