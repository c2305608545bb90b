import { describe, expect, it } from 'vitest';
import { answerLines, notifierRequest } from './notify-command.ts';

const WHO = { by: 'alice', nowMs: 1_000 };

describe('notify', () => {
  it.each([
    [['status'], { kind: 'status' }],
    [['test'], { kind: 'test', by: 'alice' }],
    [['mute', '2h'], { kind: 'mute', untilMs: 7_201_000, by: 'alice' }],
    [['mute', '30m'], { kind: 'mute', untilMs: 1_801_000, by: 'alice' }],
    [['mute', 'off'], { kind: 'mute', untilMs: 1_000, by: 'alice' }],
    [['acknowledge', '7'], { kind: 'acknowledge', id: '7', by: 'alice' }],
  ])('%j asks for %j', (words, request) => {
    expect(notifierRequest(words, WHO)).toEqual(request);
  });

  it.each([
    [[], 'expected notify status, test'],
    [['shout'], 'expected notify status, test'],
    [['test', 'now'], 'does not take "now"'],
    [['mute'], 'such as 30m, 2h or 1d, or off, not nothing'],
    [['mute', '0h'], 'not "0h"'],
    [['mute', '31d'], 'not "31d"'],
    [['mute', '2h', 'x'], 'does not take "x"'],
    [['acknowledge'], 'expects an id'],
  ])('%j is refused: %s', (words, problem) => {
    expect(() => notifierRequest(words, WHO)).toThrow(problem);
  });

  it('shows what waits and why', () => {
    const lines = answerLines({
      isDone: false,
      message: 'not delivered by ops so far',
      channels: [
        { name: 'telegram', waiting: 0, deliveredMs: 0 },
        { name: 'ops', waiting: 3, problem: 'the webhook ops does not answer' },
      ],
      mutedUntilMs: 60_000,
      open: [{ id: '4', title: 'halted: drawdown' }],
    });

    expect(lines).toEqual([
      'not delivered by ops so far',
      'telegram         0 waiting, last sent 1970-01-01T00:00:00.000Z',
      'ops              3 waiting, none sent yet, the webhook ops does not answer',
      'muted until 1970-01-01T00:01:00.000Z',
      'not acknowledged: 4  halted: drawdown',
    ]);
  });
});
