import { inspect } from 'node:util';
import { TelegramError } from 'telegraf';
import { describe, expect, it } from 'vitest';
import { botError } from './bot-error.ts';

const TOKEN = '4242:planted-token-of-a-test-0000';
const refused = (code: number, parameters = {}) =>
  botError(
    new TelegramError(
      { error_code: code, description: 'Bad Request: x', parameters },
      { method: 'sendMessage', payload: { text: TOKEN } },
    ),
    'sendMessage',
  );

describe('a failure of the Bot API', () => {
  it.each([
    [429, 'telegram-busy', { retry_after: 7 }, { retryAfterMs: 7_000 }],
    [429, 'telegram-busy', {}, { retryAfterMs: 5_000 }],
    [409, 'telegram-conflict', {}, {}],
    [401, 'telegram-token', {}, {}],
    [404, 'telegram-token', {}, {}],
    [500, 'telegram-unreachable', {}, { isUnknown: true }],
    [400, 'telegram-refused', {}, {}],
    [403, 'telegram-refused', {}, {}],
  ])('%i is %s', (code, expected, parameters, details) => {
    const error = refused(code, parameters);

    expect(error).toMatchObject({ code: expected, details });
    expect(error.name).toBe(code === 400 || code === 403 ? 'PermanentError' : 'TransientError');
  });

  it('of a group that became a supergroup names its new id', () => {
    expect(refused(400, { migrate_to_chat_id: -1_001 }).message).toContain(
      'the group is now -1001: change notifier.telegram.chats',
    );
  });

  it.each([
    ['ECONNREFUSED', false],
    ['ENOTFOUND', false],
    ['ECONNRESET', true],
    ['ETIMEDOUT', true],
  ])('%s on the line: may it have been done? %s', (code, isUnknown) => {
    const direct = Object.assign(new Error(`at https://api/bot${TOKEN}/x`), { code });
    const wrapped = new TypeError('fetch failed', { cause: direct });

    for (const error of [direct, wrapped]) {
      expect(botError(error, 'sendMessage').details).toEqual({ method: 'sendMessage', isUnknown });
    }
  });

  it('never shows the token or what was sent', () => {
    const line = Object.assign(new Error(`at https://api/bot${TOKEN}/x`), { code: 'ECONNRESET' });

    for (const error of [refused(400), refused(500), botError(line, 'x'), botError(TOKEN, 'x')]) {
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
    }
  });
});
