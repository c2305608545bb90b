import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer } from '#platform/http/node-http.ts';
import { judgeAlerts } from './alerts.ts';
import { readChannels } from './read-channels.ts';

const TOKEN = '123456:planted-token-of-the-test-only';

// Answers as its path says: /bot.../getMe, /status/404, /hangs.
const seen: string[] = [];
const server = createServer((request, response) => {
  const path = request.url ?? '';
  seen.push(`${request.method} ${path}`);
  if (path === `/bot${TOKEN}/getMe`) {
    response.end(JSON.stringify({ ok: true, result: { id: 1, username: 'desk_bot' } }));
    return;
  }
  response.writeHead(path.startsWith('/status/') ? Number(path.slice(8)) : 401).end('{}');
});
let root = '';

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function config(changed: { token?: string | null; hooks?: readonly object[]; apiRoot?: string }) {
  return {
    telegram: {
      token: changed.token ?? null,
      api_root: changed.apiRoot ?? root,
      chats: [1],
      users: [],
      allow_raising_risk: false,
      poll_seconds: 25,
      timeout_seconds: 15,
      confirm_seconds: 60,
    },
    webhooks: (changed.hooks ?? []).map((hook) => ({
      name: 'ops',
      format: 'json' as const,
      webhook_url: `${root}/status/405`,
      signing_secret: null,
      min_level: 'info' as const,
      timeout_seconds: 10,
      ...hook,
    })),
  };
}

describe('the ways to people', () => {
  it('are a warning when there is none', async () => {
    expect(judgeAlerts(await readChannels(config({})))).toMatchObject({
      verdict: 'warn',
      text: 'nobody is told when something happens',
    });
  });

  it('pass when they answer, and are told nothing', async () => {
    seen.length = 0;
    const channels = await readChannels(config({ token: TOKEN, hooks: [{}] }));

    expect(judgeAlerts(channels)).toMatchObject({
      verdict: 'pass',
      text: 'telegram @desk_bot, ops (json)',
    });
    expect(seen.toSorted()).toEqual([`GET /bot${TOKEN}/getMe`, 'HEAD /status/405']);
  });

  it.each([
    ['a token that Telegram does not know', { token: `${TOKEN}x` }, 'does not know the token'],
    [
      'a webhook that is gone',
      { hooks: [{ format: 'discord', webhook_url: '/status/404' }] },
      'refused with 404',
    ],
    [
      'nobody at the address',
      { hooks: [{ webhook_url: 'http://127.0.0.1:1/planted-path' }] },
      'does not answer (',
    ],
    ['no Bot API', { token: TOKEN, apiRoot: 'http://127.0.0.1:1' }, 'does not answer ('],
  ])('warn of %s, without the secret', async (_, given, problem) => {
    const { hooks, ...rest } = given as { hooks?: { webhook_url: string }[] };
    const full = hooks?.map((hook) =>
      hook.webhook_url.startsWith('/') ? { ...hook, webhook_url: root + hook.webhook_url } : hook,
    );
    const finding = judgeAlerts(
      await readChannels(config({ ...rest, ...(full !== undefined && { hooks: full }) })),
    );

    expect(finding.verdict).toBe('warn');
    expect(finding.text).toContain(problem);
    expect(JSON.stringify(finding)).not.toMatch(/planted/);
  });
});
