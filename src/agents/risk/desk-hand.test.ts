import { describe, expect, it } from 'vitest';
import { Pair } from '#core/model/pair.ts';
import { fakeClock } from '#platform/clock/fake-clock.ts';
import { silentLog } from '#platform/log/log.ts';
import { deskHand } from './desk-hand.ts';
import { KeptMemory, openRiskMemory } from './kept-memory.ts';

const BTC = Pair.parse('BTC/USDT');

/** What a file would hold, as the next process reads it. */
function disk() {
  let text: string | undefined;
  return {
    read: () => (text === undefined ? undefined : KeptMemory.parse(JSON.parse(text))),
    write: (value: KeptMemory) => void (text = JSON.stringify(value)),
  };
}

function hand(answer: () => unknown, { clock = fakeClock(), file = disk() } = {}) {
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
    memory: openRiskMemory(file, clock.now()),
    cooldownMs: () => 60_000,
    ask: async (request) => {
      asked.push(request);
      return answer();
    },
  });
  const reduce = (qty = 1, share = 0.5) =>
    own.reduce([{ pair: BTC, share }], { reason: 'too much', qtyOf: () => qty });
  return { clock, file, asked, acted, hand: own, reduce };
}

const DONE = { id: 'x'.repeat(8), isDone: true, message: 'sold' };

describe('the hand of the risk agent', () => {
  it('tells a sale once per cooldown', async () => {
    const desk = hand(() => DONE);

    await desk.reduce();
    await desk.reduce();
    await desk.clock.advance(60_000);
    await desk.reduce();

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

  it('sells more of a pair as soon as the sale before is carried out, and no sooner', async () => {
    const desk = hand(() => DONE);

    await desk.reduce(1, 0.25);
    await desk.reduce(0.9, 0.25);
    expect(desk.asked).toHaveLength(1);
    await desk.reduce(0.75, 0.25);

    expect(desk.asked).toHaveLength(2);
  });

  it('waits for no cooldown that a clock set back would make longer', async () => {
    const clock = fakeClock();
    let backMs = 0;
    const desk = hand(() => DONE, { clock: { ...clock, now: () => clock.now() - backMs } });
    await desk.reduce();
    backMs = 3_600_000;

    await desk.reduce();

    expect(desk.acted).toEqual(['reduce', 'reduce']);
  });

  it('keeps its cooldown over a kill', async () => {
    const before = hand(() => DONE);
    await before.hand.all('flatten', 'drawdown');

    const after = hand(() => DONE, before);
    await after.hand.all('flatten', 'drawdown');
    expect(after.asked).toEqual([]);
    await after.clock.advance(60_000);
    await after.hand.all('flatten', 'drawdown');

    expect(after.acted).toEqual(['flatten']);
  });

  it('asks by the same id again, also after a kill, while no answer says what came of it', async () => {
    const silent = (): unknown => Promise.reject(new Error('the desk does not answer'));
    const before = hand(silent);
    await before.reduce();
    await before.clock.advance(30_000);

    const after = hand(() => DONE, before);
    await after.reduce();

    const ids = [...before.asked, ...after.asked].map(
      (request) => (request as { command: { id: string } }).command.id,
    );
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(after.acted).toEqual(['reduce']);
  });

  it('asks anew when it was refused, and when an answer is missing for long', async () => {
    const answers = [{ ...DONE, isDone: false }, 'nonsense', DONE];
    const desk = hand(() => answers.shift());

    await desk.reduce();
    await desk.reduce();
    await desk.clock.advance(60_000);
    await desk.reduce();

    const ids = desk.asked.map((request) => (request as { command: { id: string } }).command.id);
    expect(new Set(ids).size).toBe(2);
  });
});
