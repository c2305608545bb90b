import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../channel.ts';
import { messageButtons, messageLines } from './message-lines.ts';
import { zoneText } from './text/zone-text.ts';

const NOW = Date.parse('2026-11-25T14:03:09Z');
const MESSAGE: OutgoingMessage = {
  id: '1',
  atMs: NOW,
  level: 'critical',
  kind: 'halt',
  title: 'halted: drawdown',
  lines: ['10 % below the peak'],
  isSilent: false,
};
const shown = (changed: Partial<OutgoingMessage> = {}, isRepeat = false) =>
  messageLines(
    { ...MESSAGE, ...changed },
    { nowMs: NOW, zone: zoneText('Europe/Berlin'), isRepeat },
  );

describe('a message', () => {
  it('shows its level, title and lines', () => {
    expect(shown()).toEqual([
      { look: 'bold', text: '🚨 halted: drawdown' },
      { look: 'plain', text: '10 % below the peak' },
    ]);
    expect(shown({ level: 'info' })[0]?.text).toBe('halted: drawdown');
  });

  it('that comes late says when it was, in the zone of its reader', () => {
    expect(shown({ atMs: NOW - 60_001 }).at(-1)?.text).toBe('at 2026-11-25 15:02:08');
  });

  it('that may have come before says so', () => {
    expect(shown({}, true).at(-1)?.text).toBe('perhaps told before');
  });

  it('has a button only when it can be acknowledged, and its id fits', () => {
    expect(messageButtons(MESSAGE)).toEqual([]);
    expect(messageButtons({ ...MESSAGE, acknowledge: 'halt-1' })).toEqual([
      [{ text: 'Acknowledge', data: 'k:halt-1' }],
    ]);
    expect(messageButtons({ ...MESSAGE, acknowledge: 'x'.repeat(63) })).toEqual([]);
  });
});
