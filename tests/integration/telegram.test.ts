/** The bot against a Bot API server of ours: real HTTP, long polling, limits, faults, people. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { type OutgoingMessage } from '#agents/notifier/channel.ts';
import { eventually } from '../support/eventually.ts';
import {
  type BotDesk,
  type BotDeskOptions,
  botDesk,
  buy,
  decided,
} from '../support/telegram/bot-desk.ts';
import { ALICE, BOB, STRANGER, VERA } from '../support/telegram/people.ts';
import { answered, confirmPrompt, inChat } from '../support/telegram/talk.ts';

async function bench(options: BotDeskOptions = {}): Promise<BotDesk> {
  const desk = await botDesk(options);
  onTestFinished(() => desk[Symbol.asyncDispose]());
  return desk;
}

const message = (id: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id,
  atMs: Date.now(),
  level: 'notice',
  kind: 'fill',
  title: `bought ${id}`,
  lines: ['0.1 BTC & more <soon>'],
  isSilent: false,
  ...more,
});

const counted = async ({ metrics }: BotDesk, outcome: string): Promise<number> => {
  const text = await metrics.text();
  const line = text
    .split('\n')
    .find(
      (one) =>
        one.startsWith('nightdesk_telegram_updates_total') && one.includes(`outcome="${outcome}"`),
    );
  return Number(line?.split(' ').at(-1) ?? 0);
};

describe('questions', () => {
  test('are answered in the chat they came from', async () => {
    const desk = await bench();
    desk.api.say(ALICE, '/status');

    const { text, buttons } = await answered(desk.api, ALICE);

    expect(text).toContain('SHADOW on practice, running');
    expect(text).toMatch(/health +97\/100/);
    expect(buttons.flat().map((button) => button.text)).toEqual(['Pause', '↻']);
  });

  test('refreshed in place by their button', async () => {
    const desk = await bench();
    desk.api.say(VERA, '/status');
    const seen = await answered(desk.api, VERA);

    const refresh = seen.buttons.flat().find(({ text }) => text === '↻');
    if (refresh === undefined) throw new Error('no refresh button');
    desk.api.press(VERA, seen, refresh);

    await eventually(() => seen.edits.length === 1, { withinMs: 10_000 });
    expect(inChat(desk.api, VERA)).toHaveLength(1);
    expect(seen.text).toMatch(/at \d\d:\d\d:\d\d/);
  });

  test('say why, with analysts and numbers, by the id of an order', async () => {
    const desk = await bench();
    await buy(desk.temp);
    await decided(desk.temp, 'BTC-USDT_1m_1750000000000');
    desk.api.say(VERA, '/why entry1');

    const { text } = await answered(desk.api, VERA);

    expect(text).toContain('buy BTC/USDT 1m, candle to 2025-06-15 15:07:40');
    expect(text).toContain('trend & <momentum> agree');
    expect(text).toContain('trend: +0.70, sure 90%');
    expect(text).toContain('ema fast above slow (fast 101.12, slow 99)');
    expect(text).toContain('the gate accepted it');
  });

  test('of a wrong word are told what was expected', async () => {
    const desk = await bench();
    desk.api.say(ALICE, '/statu');
    expect((await answered(desk.api, ALICE, 1)).text).toContain('did you mean /status?');
    desk.api.say(ALICE, '/mute soon');
    expect((await answered(desk.api, ALICE, 2)).text).toContain('write 30m, 2h or 1d');
    desk.api.say(ALICE, '/__proto__');
    expect((await answered(desk.api, ALICE, 3)).text).toContain('there is no /__proto__');
  });
});

describe('access', () => {
  test('a stranger gets nothing, in a chat of the desk or in their own, and is counted', async () => {
    const desk = await bench();
    desk.api.say(STRANGER, '/status');
    desk.api.say({ ...STRANGER, chatId: 11 }, '/killswitch');
    desk.api.say({ ...ALICE, chatId: 99 }, '/status');
    desk.api.say(ALICE, '/version');
    await answered(desk.api, ALICE, 2);

    expect(inChat(desk.api, STRANGER)).toEqual([]);
    expect(desk.commands).toEqual([]);
    expect(await counted(desk, 'stranger')).toBe(3);
    // One notice of strangers, one answer; in any order.
    const texts = inChat(desk.api, ALICE).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('strangers write'))).toHaveLength(1);
    expect(texts.some((text) => text.includes('nightdesk'))).toBe(true);
  });

  test('a role that is too low is refused, and nothing is done', async () => {
    const desk = await bench();
    desk.api.say(VERA, '/pause');

    expect((await answered(desk.api, VERA)).text).toBe(
      '/pause needs the role trader; vera is viewer',
    );
    expect(desk.commands).toEqual([]);
  });

  test('what raises risk is refused until the config allows it', async () => {
    const desk = await bench();
    desk.api.say(ALICE, '/order BTC/USDT buy stop 2%');

    expect((await answered(desk.api, ALICE)).text).toContain(
      'notifier.telegram.allow_raising_risk',
    );
    expect(desk.commands).toEqual([]);
  });

  test('what raises risk is for admins, where the config allows it at all', async () => {
    const desk = await bench({ config: { allow_raising_risk: true } });
    desk.api.say(BOB, '/order BTC/USDT buy stop 2%');

    expect((await answered(desk.api, BOB)).text).toContain('needs the role admin; bob is trader');
    expect(desk.commands).toEqual([]);
  });

  test('with leave, an order by hand is asked for after its confirmation', async () => {
    const desk = await bench({ config: { allow_raising_risk: true } });
    const { confirm, prompt } = await confirmPrompt(
      desk.api,
      ALICE,
      '/order btc buy stop 2% risk 0.1%',
    );
    expect(prompt.text).toContain('buy BTC/USDT by hand?');
    expect(desk.commands).toEqual([]);

    desk.api.press(ALICE, prompt, confirm);
    await eventually(() => desk.commands.length === 1, { withinMs: 10_000 });

    expect(desk.commands[0]).toMatchObject({
      kind: 'order',
      order: { side: 'buy', pair: 'BTC/USDT', stopDistanceFraction: 0.02, riskFraction: 0.001 },
      by: 'telegram:alice',
      origin: 'telegram chat 11',
    });
  });
});

describe('commands that act', () => {
  test('pause acts at once, in the name of the person', async () => {
    const desk = await bench({ answer: () => 'no new entries until resumed' });
    desk.api.say(BOB, '/pause going to bed');

    expect((await answered(desk.api, BOB)).text).toBe('no new entries until resumed');
    expect(desk.commands).toMatchObject([
      { kind: 'pause', by: 'telegram:bob', reason: 'going to bed' },
    ]);
  });

  test('what acts and was written long before it is heard is not done', async () => {
    const desk = await bench();
    desk.api.say(BOB, '/pause', { agoMs: 3_600_000 });

    expect((await answered(desk.api, BOB)).text).toContain('written 1h00 ago and only heard now');
    expect(desk.commands).toEqual([]);
  });

  test('a close shows what it sells and acts once, however often it is pressed', async () => {
    const desk = await bench({ answer: ({ pair }) => `closing ${pair}` });
    await buy(desk.temp);
    const { prompt, confirm } = await confirmPrompt(desk.api, ALICE, '/close all');
    expect(prompt.text).toContain('BTC/USDT');
    expect(prompt.text).toContain('1 position, about 5,000.00 USDT, shadow');

    desk.api.press(ALICE, prompt, confirm);
    desk.api.press(ALICE, prompt, confirm);
    desk.api.press(ALICE, prompt, confirm);
    await eventually(() => desk.api.answers.length === 3, { withinMs: 10_000 });

    expect(desk.commands).toMatchObject([{ kind: 'close', pair: 'BTC/USDT' }]);
    expect(desk.api.answers.map(({ text }) => text)).toEqual([
      '',
      'expired or used: nothing was done',
      'expired or used: nothing was done',
    ]);
    expect(prompt.text).toContain('confirmed by alice');
    expect(prompt.text).toContain('closing BTC/USDT');
    expect(prompt.buttons).toEqual([]);
  });

  test('a reload shows its changes, and applies what was shown or nothing', async () => {
    const asked: boolean[] = [];
    let to = '0.0005';
    const desk = await bench({
      reload: (isDryRun) => {
        asked.push(isDryRun);
        return {
          version: 7,
          isApplied: !isDryRun,
          changes: [
            {
              key: 'risk_limits.risk_fraction',
              from: '0.001',
              to,
              effect: 'now',
              agents: ['execution'],
            },
          ],
          warnings: [],
          problems: [],
          restarted: [],
          appliedMs: {},
        };
      },
    });
    const first = await confirmPrompt(desk.api, BOB, '/reload');
    expect(first.prompt.text).toContain('risk_limits.risk_fraction: 0.001 -> 0.0005');
    desk.api.press(BOB, first.prompt, first.confirm);
    await eventually(() => first.prompt.text.includes('reloaded as version 7'), {
      withinMs: 9_000,
    });
    expect(asked).toEqual([true, true, false]);

    const second = await confirmPrompt(desk.api, BOB, '/reload');
    to = '0.02';
    desk.api.press(BOB, second.prompt, second.confirm);
    await eventually(() => second.prompt.text.includes('have changed since'), { withinMs: 9_000 });
    expect(asked).toEqual([true, true, false, true, true]);
  });

  test('an expired confirmation does nothing, and says so', async () => {
    const desk = await bench({ config: { confirm_seconds: 5 } });
    const { prompt, confirm } = await confirmPrompt(desk.api, ALICE, '/killswitch');
    await eventually(() => prompt.text.includes('expired: nothing was done'), { withinMs: 15_000 });
    expect(prompt.buttons).toEqual([]);

    desk.api.press(ALICE, prompt, confirm);
    await eventually(() => desk.api.answers.length === 1, { withinMs: 10_000 });

    expect(desk.api.answers[0]?.text).toBe('expired or used: nothing was done');
    expect(desk.commands).toEqual([]);
  });

  test('only the person who asked can confirm; anybody else leaves it waiting', async () => {
    const desk = await bench();
    const group = { chatId: -500, userId: 11, name: 'Alice' };
    const { prompt, confirm } = await confirmPrompt(desk.api, group, '/flatten');

    desk.api.press({ ...BOB, chatId: -500 }, prompt, confirm);
    await eventually(() => desk.api.answers.length === 1, { withinMs: 10_000 });
    expect(desk.api.answers[0]?.text).toBe('only alice can confirm this');
    expect(desk.commands).toEqual([]);
    desk.api.press({ ...STRANGER, chatId: -500 }, prompt, confirm);
    desk.api.press(group, prompt, confirm);
    await eventually(() => desk.commands.length === 1, { withinMs: 10_000 });

    expect(desk.commands[0]).toMatchObject({ kind: 'flatten', by: 'telegram:alice' });
    expect(desk.api.answers).toHaveLength(2);
  });

  test('a cancelled one does nothing', async () => {
    const desk = await bench();
    const { prompt, cancel, confirm } = await confirmPrompt(desk.api, ALICE, '/flatten');
    desk.api.press(ALICE, prompt, cancel);
    await eventually(() => prompt.text.includes('cancelled by alice'), { withinMs: 10_000 });

    desk.api.press(ALICE, prompt, confirm);
    await eventually(() => desk.api.answers.length === 2, { withinMs: 10_000 });

    expect(desk.commands).toEqual([]);
  });

  test('killed between action and answer, the next process asks with the same id and tells', async () => {
    let isSilent = true;
    const silence = new Promise<string>(() => undefined);
    const desk = await bench({ answer: () => (isSilent ? silence : 'sold everything') });
    const { prompt, confirm } = await confirmPrompt(desk.api, ALICE, '/flatten');
    desk.api.press(ALICE, prompt, confirm);
    await eventually(() => desk.commands.length === 1, { withinMs: 10_000 });

    isSilent = false;
    await desk.replaceBot();
    const told = await answered(desk.api, ALICE, 2);

    expect(told.text).toBe('interrupted and taken up again\nsold everything');
    expect(desk.commands).toHaveLength(2);
    expect(new Set(desk.commands.map(({ id }) => id)).size).toBe(1);
  });

  test('a confirmation asked before a restart does nothing after it', async () => {
    const desk = await bench();
    const { prompt, confirm } = await confirmPrompt(desk.api, ALICE, '/flatten');
    await desk.replaceBot();

    desk.api.press(ALICE, prompt, confirm);
    await eventually(() => desk.api.answers.length === 1, { withinMs: 10_000 });

    expect(desk.commands).toEqual([]);
    expect(desk.api.answers[0]?.text).toBe('expired or used: nothing was done');
  });

  test('every command is recorded with who and what came of it', async () => {
    const desk = await bench();
    desk.api.say(VERA, '/pause');
    await answered(desk.api, VERA);
    desk.api.say(BOB, '/count');
    await answered(desk.api, BOB);
    await eventually(
      () =>
        desk.database.all("select 1 from telegram_commands where state = 'done'", []).length === 2,
      { withinMs: 5_000 },
    );

    expect(desk.database.all('select * from telegram_commands order by seq', [])).toMatchObject([
      { name: 'vera', command: '/pause', outcome: 'refused: needs trader' },
      { name: 'bob', command: '/count', outcome: 'answered' },
    ]);
  });
});

describe('messages', () => {
  test('go to every chat, escaped, no faster than Telegram allows, in order', async () => {
    const desk = await bench({ config: { chats: [11, -500] } });
    const signal = new AbortController().signal;
    for (const id of ['a', 'b', 'c']) await desk.bot.channel.send(message(id), signal);

    for (const chat of [ALICE, { chatId: -500, userId: 11 }]) {
      expect(inChat(desk.api, chat).map(({ text }) => text.split('\n'))).toEqual([
        ['🔹 bought a', '0.1 BTC & more <soon>'],
        ['🔹 bought b', '0.1 BTC & more <soon>'],
        ['🔹 bought c', '0.1 BTC & more <soon>'],
      ]);
    }
    expect(desk.api.calls.filter(({ outcome }) => outcome === '429')).toEqual([]);
  });

  test('of a report come as a picture with its text', async () => {
    const desk = await bench({ config: { chats: [11] } });
    const picture = new Uint8Array(5_000).fill(7);

    await desk.bot.channel.send(
      message('r', { picture, isSilent: true }),
      AbortSignal.timeout(9_000),
    );

    expect(inChat(desk.api, ALICE)).toMatchObject([
      { photoBytes: 5_000, isSilent: true, text: '🔹 bought r\n0.1 BTC & more <soon>' },
    ]);
  });

  test('can be acknowledged by their button', async () => {
    const desk = await bench({ config: { chats: [11] } });
    await desk.bot.channel.send(
      message('x', { acknowledge: 'halt-7' }),
      AbortSignal.timeout(9_000),
    );
    const [seen] = inChat(desk.api, ALICE);
    const [button] = seen?.buttons.flat() ?? [];
    if (seen === undefined || button === undefined) throw new Error('no button');

    desk.api.press(ALICE, seen, button);
    await eventually(() => desk.api.answers.length === 1, { withinMs: 10_000 });

    expect(desk.acknowledged).toEqual(['halt-7']);
    expect(desk.api.answers[0]?.text).toBe('acknowledged');
  });

  test('that Telegram is too busy for name the time to wait, and are not lost', async () => {
    const desk = await bench({ config: { chats: [11] } });
    desk.api.fail({ fault: { kind: 'too-many', retryAfter: 2 }, method: 'sendMessage' });
    const signal = AbortSignal.timeout(20_000);

    await expect(desk.bot.channel.send(message('a'), signal)).rejects.toMatchObject({
      code: 'telegram-busy',
      details: { retryAfterMs: 2_000 },
    });
    const beganMs = performance.now();
    await desk.bot.channel.send(message('a'), signal);

    expect(performance.now() - beganMs).toBeGreaterThan(1_900);
    expect(inChat(desk.api, ALICE).map(({ text }) => text.split('\n')[0])).toEqual(['🔹 bought a']);
  });

  test.each([
    ['a refused connection', 'down', false],
    ['a server error', { kind: 'status', status: 502 }, true],
    ['a reset', { kind: 'reset' }, true],
    ['silence', { kind: 'hang' }, true],
  ] as const)(
    'after %s are sent again, marked when they may have arrived',
    async (_, fault, isMarked) => {
      const desk = await bench({ config: { chats: [11] } });
      if (fault === 'down') await desk.api.down();
      else desk.api.fail({ fault, method: 'sendMessage' });
      const signal = AbortSignal.timeout(20_000);

      await expect(desk.bot.channel.send(message('a'), signal)).rejects.toMatchObject({
        code: 'telegram-unreachable',
      });
      await desk.api.up();
      await desk.bot.channel.send(message('a'), signal);

      const [seen, ...others] = inChat(desk.api, ALICE);
      expect(others).toEqual([]);
      expect(seen?.text.includes('perhaps told before')).toBe(isMarked);
    },
  );

  test('whose answer was lost are shown twice at most, the second marked', async () => {
    const desk = await bench({ config: { chats: [11] } });
    desk.api.fail({ fault: { kind: 'lost-answer' }, method: 'sendMessage' });
    const signal = AbortSignal.timeout(20_000);

    await expect(desk.bot.channel.send(message('a'), signal)).rejects.toThrow('does not answer');
    await desk.bot.channel.send(message('a'), signal);

    expect(inChat(desk.api, ALICE).map(({ text }) => text.includes('perhaps told before'))).toEqual(
      [false, true],
    );
  });

  test('one chat that blocked the bot does not keep them from the others', async () => {
    const desk = await bench({ config: { chats: [11, 12] } });
    desk.api.fail({ fault: { kind: 'forbidden' }, chatId: 11, times: 99 });

    await desk.bot.channel.send(message('a'), AbortSignal.timeout(9_000));
    expect(inChat(desk.api, BOB)).toHaveLength(1);

    desk.api.fail({ fault: { kind: 'forbidden' }, chatId: 12, times: 99 });
    await expect(
      desk.bot.channel.send(message('b'), AbortSignal.timeout(9_000)),
    ).rejects.toMatchObject({ name: 'PermanentError' });
  });

  test('half told when a chat fails are continued where they stopped', async () => {
    const desk = await bench({ config: { chats: [11, 12] } });
    desk.api.fail({ fault: { kind: 'status', status: 500 }, chatId: 12, method: 'sendMessage' });
    const signal = AbortSignal.timeout(20_000);

    await expect(desk.bot.channel.send(message('a'), signal)).rejects.toThrow('500');
    await desk.bot.channel.send(message('a'), signal);

    expect(inChat(desk.api, ALICE)).toHaveLength(1);
    expect(inChat(desk.api, BOB)).toHaveLength(1);
  });
});

describe('the line to Telegram', () => {
  test('is found again when the API was down at the start', async () => {
    const desk = await bench({ isApiDown: true });
    desk.api.say(ALICE, '/version');
    await desk.api.up();

    expect((await answered(desk.api, ALICE)).text).toContain('nightdesk');
  });

  test.each([
    ['resets', { kind: 'reset' }],
    ['another program with the same token', { kind: 'conflict' }],
    ['server errors', { kind: 'status', status: 503 }],
    ['silence', { kind: 'hang' }],
    ['a ban for a second', { kind: 'too-many', retryAfter: 1 }],
  ] as const)('survives %s, and loses no command', async (_, fault) => {
    const desk = await bench({ config: { poll_seconds: 1, timeout_seconds: 1 } });
    desk.api.say(ALICE, '/version');
    await answered(desk.api, ALICE);
    desk.api.fail({ fault, method: 'getUpdates', times: 2 });
    desk.api.say(ALICE, '/version');

    await answered(desk.api, ALICE, 2);
    await eventually(() => desk.api.unconfirmed().length === 0, { withinMs: 20_000 });
    expect(inChat(desk.api, ALICE)).toHaveLength(2);
  });

  test('does a command once although its update comes again to the next process', async () => {
    const desk = await bench();
    desk.api.say(BOB, '/version');
    await answered(desk.api, BOB);
    // The next poll is open once it has confirmed this update; before that it would meet the fault.
    await eventually(() => desk.api.unconfirmed().length === 0, { withinMs: 5_000 });
    const asked = () => desk.api.calls.filter(({ method }) => method === 'getUpdates').length;
    // The poll that is open now takes the command; nothing confirms it any more.
    desk.api.fail({ fault: { kind: 'reset' }, method: 'getUpdates', times: 999 });
    desk.api.say(BOB, '/pause');
    await answered(desk.api, BOB, 2);
    const before = asked();
    await eventually(() => asked() > before, { withinMs: 5_000 });
    expect(desk.api.unconfirmed()).toHaveLength(1);

    desk.api.heal();
    await desk.replaceBot();
    await eventually(() => desk.api.unconfirmed().length === 0, { withinMs: 10_000 });

    expect(desk.commands).toHaveLength(1);
    expect(inChat(desk.api, BOB)).toHaveLength(2);
    expect(await counted(desk, 'repeated')).toBe(1);
  });

  test('ends at once when asked to, in the middle of a poll', async () => {
    const desk = await bench({ config: { poll_seconds: 50 } });
    desk.api.say(ALICE, '/version');
    await answered(desk.api, ALICE);
    const beganMs = performance.now();

    await desk.bot.close();

    expect(performance.now() - beganMs).toBeLessThan(1_500);
    expect(desk.api.unconfirmed()).toEqual([]);
  });
});
