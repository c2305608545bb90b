import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { deskHand } from './desk-hand.ts';

const BTC = Pair.parse('BTC/USDT');

function hand(answer: () => unknown) {
  const clock = fakeClock();
  const asked: unknown[] = [];
  const acted: string[] = [];
  const metrics = {
    looked: () => undefined,
    state: () => undefined,
    acted: (action: string) => void acted.push(action),
  };
  const own = deskHand({
    clock,
    log: silentLog(),
    metrics,
    cooldownMs: () => 60_000,
    ask: async (request) => {
      asked.push(request);
      return answer();
    },
  });
  return { clock, asked, acted, hand: own };
}

const DONE = { id: 'x'.repeat(8), isDone: true, message: 'sold' };

describe('the hand of the risk agent', () => {
  it('tells a sale once per cooldown', async () => {
    const desk = hand(() => DONE);
    const sell = () => desk.hand.reduce([{ pair: BTC, share: 0.5 }], 'too much');

    await sell();
    await sell();
    await desk.clock.advance(60_000);
    await sell();

    expect(desk.acted).toEqual(['reduce', 'reduce']);
    expect(desk.asked[0]).toMatchObject({
      kind: 'command',
      command: {
        kind: 'order',
        by: 'risk',
        reason: 'too much',
        order: { side: 'sell', pair: BTC, share: 0.5 },
      },
    });
  });

  it.each([
    ['refused', () => ({ ...DONE, isDone: false, message: 'nothing to sell' })],
    ['not answered', () => Promise.reject(new Error('no coordinator answers'))],
    ['answered with something else', () => ({ hello: 1 })],
  ])('tries again at the next look when it was %s', async (_, answer) => {
    const desk = hand(answer);

    await desk.hand.all('kill-switch', 'exposure');
    await desk.hand.all('kill-switch', 'exposure');

    expect(desk.asked).toHaveLength(2);
    expect(desk.acted).toEqual([]);
  });

  it('takes what waits for execution for done', async () => {
    const desk = hand(() => ({ ...DONE, isDone: false, isPending: true }));

    await desk.hand.all('flatten', 'drawdown');
    await desk.hand.all('flatten', 'drawdown');

    expect(desk.acted).toEqual(['flatten']);
  });
});
