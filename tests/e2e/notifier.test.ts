/** The notifier as part of a whole desk: what a phone and a webhook get, over kills and a stop. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type Desk, startDesk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';
import { type BotApi, startBotApi } from '../support/telegram/bot-api.ts';
import { ALICE } from '../support/telegram/people.ts';

const Hooked = z.looseObject({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  isRepeat: z.boolean(),
});
type Hooked = z.output<typeof Hooked>;

const folder = mkdtempSync(join(tmpdir(), 'nd-e2e-notifier-'));
const hooked: Hooked[] = [];
let isHookAway = false;
const hook = createServer((request, response) => {
  void (async () => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
    if (isHookAway) return void request.socket.destroy();
    hooked.push(Hooked.parse(JSON.parse(body)));
    response.writeHead(204).end();
  })();
});
let desk: Desk;
let api: BotApi;

beforeAll(async () => {
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const address = hook.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  api = await startBotApi();
  const config = {
    notifier: {
      telegram: {
        token: api.token,
        api_root: api.url,
        chats: [ALICE.chatId],
        users: [{ id: ALICE.userId, name: 'alice', role: 'admin' }],
        poll_seconds: 1,
      },
      webhooks: [{ name: 'ops', webhook_url: `http://127.0.0.1:${port}/planted-hook-secret` }],
      gather_seconds: 1,
    },
  };
  const file = join(folder, 'notifier.yaml');
  writeFileSync(file, stringify(config), { mode: 0o600 });
  desk = await startDesk({ folder, args: ['--timeframe', '1s', '--seed', '7', '--config', file] });
  await desk.untilReady();
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  hook.closeAllConnections();
  hook.close();
  rmSync(folder, { recursive: true, force: true });
});

const titles = (): string[] => hooked.map(({ title }) => title);

async function told(text: string): Promise<void> {
  await eventually(() => titles().some((title) => title.includes(text)), {
    withinMs: 30_000,
    what: `"${text}" is told; so far ${titles().join(' | ')}`,
  });
}

describe('the notifier of a desk', () => {
  it('tells the start, to the phone and the webhook', async () => {
    await told('the desk starts');
    await told('the desk is up');
    await eventually(() => api.messages.some(({ text }) => text.includes('the desk is up')), {
      withinMs: 10_000,
      what: 'the phone is told of the start',
    });
  });

  it('tells a halt and what lifts it, and who lifted it', async () => {
    await desk.command(['pause', '--reason', 'lunch']);
    await told('halted: paused');
    await desk.command(['resume']);
    await told('halt lifted: paused');
  });

  it('sends a test when it is asked to on the command line', async () => {
    const said = await desk.command(['notify', 'test']);

    expect(said.stdout).toContain('delivered by telegram, ops');
    await told('a test of the messages');
  });

  it('goes on after it was killed, without a loss or an unmarked repeat', async () => {
    const before = hooked.length;
    process.kill(await desk.pidOf('notifier'), 'SIGKILL');
    await desk.command(['pause', '--reason', 'while it is dead']);
    await eventually(() => hooked.slice(before).some(({ kind }) => kind === 'halt'), {
      withinMs: 30_000,
      what: 'the halt is told after the restart',
    });
    await told('notifier failed');
    await desk.command(['resume']);
    await told('notifier is back');
    await eventually(() => hooked.slice(before).some(({ kind }) => kind === 'halt_lifted'), {
      withinMs: 10_000,
      what: 'the lift is told',
    });

    const ids = hooked.filter(({ isRepeat }) => !isRepeat).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tells everything in order when the webhook is back', async () => {
    isHookAway = true;
    const before = hooked.length;
    await desk.command(['pause', '--reason', 'first']);
    await desk.command(['resume', '--reason', 'second']);
    await eventually(
      async () => {
        const text = await (await fetch(`${desk.url}/metrics`)).text();
        return /notifier_messages_total\{.*channel="ops".*outcome="retried".*\} [1-9]/.test(text);
      },
      { withinMs: 30_000, what: 'it is tried again' },
    );
    isHookAway = false;

    await eventually(
      () => hooked.slice(before).filter(({ kind }) => kind.startsWith('halt')).length >= 2,
      { withinMs: 60_000, what: 'both are told' },
    );
    const kinds = hooked.slice(before).map(({ kind }) => kind);
    expect(kinds.indexOf('halt')).toBeLessThan(kinds.indexOf('halt_lifted'));
  });

  it('tells while Redis is away', async () => {
    process.kill(await desk.pidOf('redis'), 'SIGSTOP');
    const before = hooked.length;
    await desk.command(['pause', '--reason', 'no redis']);
    await eventually(() => hooked.slice(before).some(({ kind }) => kind === 'halt'), {
      withinMs: 20_000,
      what: 'the halt is told without Redis',
    });
  });

  it('tells the stop before it ends', async () => {
    const before = hooked.length;
    desk.signal('SIGTERM');
    await desk.exited;

    expect(hooked.slice(before).map(({ title }) => title)).toContain('the desk stops');
    expect(desk.output()).not.toContain('planted-hook-secret');
    expect(desk.output()).not.toContain(api.token);
  });
});
