/** What the API does to a real desk: by hand, by tokens made on the command line, with parts away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiClient, makeToken, type ApiClient } from '../support/api/client.ts';
import { startDesk, type Desk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';

const REVOKED_WITHIN_MS = 2_000;
const TRADED_WITHIN_MS = 60_000;

const Items = z.looseObject({ items: z.array(z.record(z.string(), z.unknown())) });

let desk: Desk;
let admin: ApiClient;
let trader: ApiClient;

beforeAll(async () => {
  desk = await startDesk({ args: ['--timeframe', '1s', '--seed', '7'] });
  await desk.untilReady();
  admin = apiClient(desk.url, await makeToken(desk, 'boss', 'admin'));
  trader = apiClient(desk.url, await makeToken(desk, 'phone', 'trader'));
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

async function items(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return Items.parse((await admin.get(path)).body).items;
}

async function halts(): Promise<readonly unknown[]> {
  return (await items('halts')).map(({ kind }) => kind);
}

async function held(): Promise<readonly unknown[]> {
  return (await items('positions')).map(({ pair }) => pair);
}

describe('acting', () => {
  it('pauses and resumes, and the audit says who, where from and why', async () => {
    const paused = await trader.post('control/pause', { reason: 'lunch' });

    expect(paused).toMatchObject({ status: 200, body: { isDone: true } });
    expect(await halts()).toEqual(['paused']);
    expect((await trader.post('control/resume')).status).toBe(403);
    expect(await halts()).toEqual(['paused']);
    expect((await admin.post('control/resume')).status).toBe(200);
    expect(await halts()).toEqual([]);
    const [, entry] = await items('audit?kind=operator&limit=2');
    expect(entry).toMatchObject({ who: 'api:phone', origin: '127.0.0.1', why: 'lunch' });
    expect((await items('actions?limit=2')).map(({ by, kind }) => [by, kind])).toEqual([
      ['api:boss', 'resume'],
      ['api:phone', 'pause'],
    ]);
  });

  it('buys by hand through the gate, sells a part, and closes the rest', async () => {
    await admin.post('control/flatten');
    await eventually(async () => (await held()).length === 0, { withinMs: TRADED_WITHIN_MS });
    const buy = { side: 'buy', pair: 'BTC/USDT', stopDistanceFraction: 0.02 };

    const refused = await admin.post('control/order', buy);
    expect(refused).toMatchObject({ status: 409 });
    expect(refused.body['detail']).toContain('halt');

    // Resumed, the desk may have the pair or the money itself: then it is asked to close first.
    await admin.post('control/resume');
    await eventually(async () => (await admin.post('control/order', buy)).status === 200, {
      withinMs: TRADED_WITHIN_MS,
      what: 'the gate takes the order',
    });
    await trader.post('control/pause');
    await eventually(async () => (await held()).includes('BTC/USDT'), {
      withinMs: TRADED_WITHIN_MS,
    });
    const before = (await items('positions')).find(({ pair }) => pair === 'BTC/USDT');
    const sold = await trader.post('control/order', { side: 'sell', pair: 'BTC/USDT', share: 0.5 });
    expect(sold).toMatchObject({ status: 200, body: { isDone: true } });
    await eventually(
      async () => {
        const now = (await items('positions')).find(({ pair }) => pair === 'BTC/USDT');
        return Number(now?.['qty'] ?? 0) < Number(before?.['qty']) * 0.6;
      },
      { withinMs: TRADED_WITHIN_MS, what: 'half of it is sold' },
    );
    expect((await trader.post('control/close', { pair: 'BTC/USDT' })).status).toBe(200);
    await eventually(async () => !(await held()).includes('BTC/USDT'), {
      withinMs: TRADED_WITHIN_MS,
    });
    expect((await desk.command(['ledger', 'check'])).code).toBe(0);
  });

  it('carries out a key once, also by another life of the gateway', async () => {
    const first = await trader.post('control/pause', { reason: 'once' }, 'key-00001');
    process.kill(await desk.pidOf('gateway'), 'SIGKILL');
    await eventually(async () => (await admin.get('whoami')).status === 200, { withinMs: 20_000 });

    const again = await trader.post('control/pause', { reason: 'once' }, 'key-00001');

    expect(again).toEqual(first);
    const once = (await items('actions')).filter(({ reason }) => reason === 'once');
    expect(once).toHaveLength(1);
  });
});

describe('with parts away', () => {
  it('kills while Redis does not answer', async () => {
    const redis = await desk.pidOf('redis');
    process.kill(redis, 'SIGSTOP');
    try {
      const killed = await trader.post('control/kill-switch', { reason: 'fire' });

      expect(killed).toMatchObject({ status: 200, body: { isDone: true } });
      expect(await halts()).toContain('kill-switch');
    } finally {
      process.kill(redis, 'SIGCONT');
    }
    expect((await admin.post('control/resume')).status).toBe(200);
  });

  it('keeps a command while execution is down, and says so', async () => {
    const execution = await desk.pidOf('execution');
    process.kill(execution, 'SIGSTOP');
    const key = 'key-00002';

    const kept = await trader.post('control/pause', { reason: 'nobody there' }, key);

    expect([200, 202], JSON.stringify(kept.body)).toContain(kept.status);
    await eventually(
      async () =>
        (await trader.post('control/pause', { reason: 'nobody there' }, key)).status === 200,
      { withinMs: 30_000 },
    );
    const done = (await items('actions')).filter(({ reason }) => reason === 'nobody there');
    expect(done).toHaveLength(1);
    expect(await halts()).toContain('paused');
  });
});

describe('the configuration', () => {
  const KEY = 'risk_limits.open_positions_max';

  async function now(): Promise<unknown> {
    const { risk_limits: limits } = (await admin.get('config')).body;
    return z.looseObject({ open_positions_max: z.int() }).parse(limits).open_positions_max;
  }

  it('is asked about, set, and rolled back, with who and why', async () => {
    const before = await now();
    const wish = { settings: { [KEY]: 3 }, reason: 'calmer nights' };

    const asked = await admin.post('control/config', { ...wish, isDryRun: true });
    expect(asked).toMatchObject({
      status: 200,
      body: { isApplied: false, changes: [{ key: KEY, to: '3', effect: 'now' }], problems: [] },
    });
    expect(await now()).toBe(before);

    const set = await admin.post('control/config', wish);
    expect(set).toMatchObject({ status: 200, body: { isApplied: true } });
    await eventually(async () => (await now()) === 3, { withinMs: 5_000 });
    const history = (await admin.get('config/history')).body;
    expect(history).toMatchObject({
      versions: [
        { by: 'api:boss', origin: '127.0.0.1', reason: 'calmer nights', cause: 'set' },
        {},
      ],
    });

    const version = Number(history['version']) - 1;
    expect((await admin.post('control/rollback', { version })).status).toBe(200);
    await eventually(async () => (await now()) === before, { withinMs: 5_000 });
  });

  it('with problems changes nothing and names them', async () => {
    const before = await now();

    const refused = await admin.post('control/config', { settings: { [KEY]: -1 } });

    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body['errors'])).toContain(KEY);
    expect(await now()).toBe(before);
    expect((await trader.post('control/reload')).status).toBe(403);
  });

  it('decides who may ask from the next request on, without a cut', async () => {
    const set = (reads: boolean) =>
      admin.post('control/config', { settings: { 'gateway.open_reads': reads } });
    const pid = await desk.pidOf('gateway');
    const anybody = apiClient(desk.url, undefined);

    expect((await set(false)).status).toBe(200);
    await eventually(async () => (await anybody.get('orders')).status === 401, { withinMs: 2_000 });
    expect((await set(true)).status).toBe(200);
    await eventually(async () => (await anybody.get('orders')).status === 200, { withinMs: 2_000 });
    expect(await desk.pidOf('gateway')).toBe(pid);
  });
});

describe('tokens', () => {
  it('are refused within 2 s of being revoked, and let in when made anew', async () => {
    const text = await makeToken(desk, 'guest', 'viewer');
    const guest = apiClient(desk.url, text);
    expect(await guest.get('whoami')).toMatchObject({ status: 200, body: { name: 'guest' } });

    expect((await desk.command(['tokens', 'revoke', 'guest'])).code).toBe(0);

    const afterMs = await eventually(async () => (await guest.get('whoami')).status === 401, {
      withinMs: REVOKED_WITHIN_MS,
    });
    expect(afterMs).toBeLessThan(REVOKED_WITHIN_MS);
    expect((await trader.get('tokens')).status).toBe(403);
    expect((await items('tokens')).map(({ name }) => name)).toEqual(['boss', 'phone', 'local']);
    const shown = await desk.command(['tokens', 'list']);
    expect(shown.stdout).toMatch(/^boss +admin +no end/m);
    expect(shown.stdout + shown.stderr).not.toContain('nightdesk_');
  });

  it('say what is wrong on the command line', async () => {
    for (const [args, words] of [
      [['add', 'boss'], 'there is a token "boss" already'],
      [['add', 'Boss'], 'cannot be a name'],
      [['add', 'local'], 'cannot be a name'],
      [['add', 'x', '--role', 'root'], '--role is viewer'],
      [['add', 'x', '--days', '0'], '--days is a whole number'],
      [['revoke', 'nobody'], 'there is no token "nobody"'],
      [['list', 'boss'], 'unexpected word "boss"'],
      [[], 'expected "tokens add NAME"'],
    ] as const) {
      const told = await desk.command(['tokens', ...args]);
      expect(told.code, words).toBe(2);
      expect(told.stderr).toContain(words);
    }
  });

  it('are needed to listen beyond loopback, where status still works', async () => {
    const env = { NIGHTDESK__GATEWAY__HOST: '0.0.0.0' };
    await using refused = await startDesk({ env });
    expect(await refused.exited).toBe(2);
    expect(refused.output()).toContain('there is no API token yet');

    const { folder } = refused;
    const made = await refused.command(['tokens', 'add', 'grafana']);
    await using open = await startDesk({ env, folder });
    await open.untilReady();

    expect((await apiClient(open.url, undefined).get('orders')).status).toBe(401);
    expect((await fetch(`${open.url}/metrics`)).status).toBe(401);
    const headers = { authorization: `Bearer ${made.stdout.trim()}` };
    expect(await (await fetch(`${open.url}/metrics`, { headers })).text()).toContain('nightdesk_');
    const status = await open.command(['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ missing: [] });
  });
});
