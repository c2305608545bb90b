import { describe, expect, it } from 'vitest';
import { readUpdate, readWords } from './read-update.ts';

const chat = { id: -9, type: 'group', title: 'desk' };
const from = { id: 7, is_bot: false, first_name: 'A' };
const read = (update: object) => readUpdate({ update_id: 5, ...update } as never);

describe('an update', () => {
  it('is a text or a press, with who and where', () => {
    const message = { message_id: 3, date: 1, chat, from, text: '/status' };
    const query = { id: '88', from, chat_instance: '1', data: 'r:status', message };

    expect(read({ message })).toEqual({
      kind: 'text',
      updateId: 5,
      chatId: -9,
      userId: 7,
      messageId: 3,
      text: '/status',
      sentMs: 1_000,
    });
    expect(read({ callback_query: query })).toMatchObject({
      kind: 'press',
      callbackId: '88',
      data: 'r:status',
    });
  });

  it.each([
    ['a photo', { message: { message_id: 3, date: 1, chat, from, photo: [] } }],
    ['an edit', { edited_message: { message_id: 3, date: 1, chat, from, text: '/pause' } }],
    ['a press without a message', { callback_query: { id: '1', from, data: 'x' } }],
    ['anything new', { message_reaction: {} }],
  ])('of %s is not heard', (_, update) => {
    expect(read(update)).toBeUndefined();
  });
});

const texted = (text: string) =>
  readWords(
    { kind: 'text', updateId: 1, chatId: 1, userId: 1, messageId: 1, text, sentMs: 0 },
    'Nightdesk_bot',
  );
const pressedOn = (data: string) =>
  readWords(
    { kind: 'press', updateId: 1, chatId: 1, userId: 1, messageId: 1, callbackId: '8', data },
    'nightdesk_bot',
  );

describe('words', () => {
  it.each([
    ['/status', { name: 'status', args: [] }],
    ['  /CLOSE@Nightdesk_Bot   BTC/USDT now ', { name: 'close', args: ['BTC/USDT', 'now'] }],
    ['/close@other_bot BTC', undefined],
    ['status', undefined],
    ['/', undefined],
    ['/clo-se', undefined],
  ])('of a text: %j', (text, expected) => {
    if (expected === undefined) expect(texted(text)).toBeUndefined();
    else expect(texted(text)).toEqual({ kind: 'command', text, isRefresh: false, ...expected });
  });

  it.each([
    ['p:close BTC/USDT', { kind: 'command', name: 'close', args: ['BTC/USDT'], isRefresh: false }],
    ['r:status', { kind: 'command', name: 'status', isRefresh: true }],
    ['c:00ff', { kind: 'button', verb: 'confirm', id: '00ff' }],
    ['x:00ff', { kind: 'button', verb: 'cancel', id: '00ff' }],
    ['k:halt:7', { kind: 'button', verb: 'acknowledge', id: 'halt:7' }],
  ])('of a button: %s', (data, expected) => {
    expect(pressedOn(data)).toMatchObject(expected);
  });

  it.each(['', 'c:', 'q:1', 'status', 'r:'])('of a button %j are none', (data) => {
    expect(pressedOn(data)).toBeUndefined();
  });
});
