import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floodGate } from '../../../../../tests/support/telegram/flood-gate.ts';
import { pacer } from './pacer.ts';

describe('pacer', () => {
  it('lets one message a second into a chat', () => {
    const paced = pacer();
    paced.begin(7, 5_000);

    expect(paced.waitMs(7, 5_400, 'alert')).toBe(600);
    expect(paced.waitMs(8, 5_400, 'alert')).toBe(0);
  });

  it('lets twenty a minute into a group, five of them for answers alone', () => {
    const paced = pacer();
    for (let n = 0; n < 15; n += 1) paced.begin(-7, n * 1_000);

    expect(paced.waitMs(-7, 20_000, 'alert')).toBe(40_000);
    expect(paced.waitMs(-7, 20_000, 'answer')).toBe(0);

    for (let n = 15; n < 20; n += 1) paced.begin(-7, n * 1_000);
    expect(paced.waitMs(-7, 20_000, 'answer')).toBe(40_000);
  });

  it('is silent everywhere until the time that Telegram names', () => {
    const paced = pacer();
    paced.hush(9_000);

    expect(paced.waitMs(1, 4_000, 'answer')).toBe(5_000);
    expect(paced.waitMs(1, 9_000, 'answer')).toBe(0);
  });

  it('never meets a limit, whatever is sent where and when', () => {
    const chat = fc.constantFrom(1, 2, -3, -4, ...Array.from({ length: 40 }, (_, n) => 100 + n));
    const sends = fc.array(fc.tuple(chat, fc.nat(700), fc.constantFrom('alert', 'answer')), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(sends, (wanted) => {
        const paced = pacer();
        const gate = floodGate();
        let nowMs = 0;
        for (const [chatId, pauseMs, kind] of wanted) {
          nowMs += pauseMs;
          nowMs += paced.waitMs(chatId, nowMs, kind);
          expect(gate.ask(chatId, nowMs)).toBe(0);
          paced.begin(chatId, nowMs);
        }
      }),
    );
  });
});
