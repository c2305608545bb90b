/** How an alert looks in a chat. */
import { Buffer } from 'node:buffer';
import type { Level } from '#core/alerts/level.ts';
import type { OutgoingMessage } from '../channel.ts';
import { bold, italic, type Line, plain } from './text/line.ts';
import type { ZoneText } from './text/zone-text.ts';
import type { Button } from './transport/bot-client.ts';

const MARKS: Readonly<Record<Level, string>> = {
  info: '',
  notice: '🔹 ',
  warning: '⚠️ ',
  critical: '🚨 ',
};
// Telegram shows when a message came; it matters when that is not when it happened.
const LATE_MS = 60_000;
const BUTTON_BYTES_MAX = 64;

export interface Telling {
  readonly nowMs: number;
  readonly zone: ZoneText;
  /** It may have arrived already: an answer was lost, or the process died. */
  readonly isRepeat: boolean;
}

export function messageLines(message: OutgoingMessage, telling: Telling): readonly Line[] {
  const lines: Line[] = [
    bold(`${MARKS[message.level]}${message.title}`),
    ...message.lines.map(plain),
  ];
  if (telling.nowMs - message.atMs > LATE_MS) {
    lines.push(italic(`at ${telling.zone.dateTime(message.atMs)}`));
  }
  if (telling.isRepeat) lines.push(italic('perhaps told before'));
  return lines;
}

export function messageButtons({ acknowledge }: OutgoingMessage): readonly (readonly Button[])[] {
  if (acknowledge === undefined) return [];
  const data = `k:${acknowledge}`;
  return Buffer.byteLength(data) > BUTTON_BYTES_MAX ? [] : [[{ text: 'Acknowledge', data }]];
}
