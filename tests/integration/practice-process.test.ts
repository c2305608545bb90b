/** The practice exchange as the coordinator runs it, and on recorded data. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { FromChild } from '#platform/lifecycle/contract.ts';
import { practice } from '../support/practice.ts';
import { streamClient } from '../support/stream-client.ts';

const MINUTE_MS = 60_000;
const FIRST_MS = Date.UTC(2021, 3, 20);
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<{ port: number; url: string }>;
  readonly exit: Promise<number | null>;
}

function run(config: object): Running {
  const child = fork('src/practice/index.ts', [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  children.push(child);
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  const ready = new Promise<{ port: number; url: string }>((resolve) => {
    child.on('message', (data) => {
      const message = FromChild.parse(data);
      if (message.kind === 'ready') resolve(message.facts as { port: number; url: string });
    });
  });
  const practice = { seed: 3, ...config };
  child.send({
    kind: 'init',
    agent: 'practice',
    instance: 'practice',
    config: { practice, data_dir: folder },
  });
  return { child, ready, exit };
}

describe('the practice process', () => {
  it('tells its port when ready and ends when asked', async () => {
    const { child, ready, exit } = run({ pairs: ['BTC/USDT', 'ETH/USDT'] });
    const { port, url } = await ready;
    const info = await fetch(`${url}/api/v3/exchangeInfo`);
    const body = (await info.json()) as { symbols: { symbol: string }[] };

    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(body.symbols.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT']);
    child.send({ kind: 'drain', withinMs: 3000 });
    expect(await exit).toBe(EXIT.asked);
  });

  it('comes back on the same port after it was killed', async () => {
    const first = run({ pairs: ['BTC/USDT'] });
    const { port } = await first.ready;
    first.child.kill('SIGKILL');
    await first.exit;
    const second = run({ pairs: ['BTC/USDT'], port });

    expect((await second.ready).port).toBe(port);
  });

  it('ends with "try later" when its port is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const code = await run({ pairs: ['BTC/USDT'], port }).exit;
    other.close();

    expect(code).toBe(EXIT.tryLater);
  });

  it.each([
    ['a fault script that is not there', { fault_script: '/nowhere/faults.yaml' }],
    ['a pair it does not list', { pairs: ['NOPE/USDT'] }],
    ['a recording that is not there', { replay: { files: ['/nowhere/BTCUSDT-1m.csv'] } }],
  ])('ends with "config" for %s', async (_what, config) => {
    expect(await run(config).exit).toBe(EXIT.config);
  });
});

describe('a recording', () => {
  it('is served candle by candle, then trading ends and the exchange stays', async () => {
    const rows = Array.from({ length: 24 }, (_, i) => {
      const open = 50_000 + 10 * i;
      return [FIRST_MS + i * MINUTE_MS, open, open + 25, open - 15, open + 10, 1.5 + i].join(',');
    });
    const file = join(folder, 'BTCUSDT-1m-2021-04.csv');
    await writeFile(file, ['timestamp,open,high,low,close,volume', ...rows, ''].join('\n'));
    const fromMs = FIRST_MS + 20 * MINUTE_MS;
    const exchange = await practice({ replay: { files: [file], speed: 60, fromMs } });
    const client = await streamClient(exchange.url, '/ws/btcusdt@kline_1s');
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${exchange.url}${path}`)).json();
    await expect
      .poll(() => get('/practice/status'), { timeout: 10_000 })
      .toMatchObject({ replay: { hasEnded: true } });

    const candles = client.heard.map((event) => event['k'] as Record<string, unknown>);
    const served = candles.map((k) => Number(k['t'])).join(',');
    const { map } = (await get(`/practice/replay-map?served=${served}`)) as {
      map: { recordedMs: number }[];
    };
    expect(map.map(({ recordedMs }) => recordedMs)).toEqual(
      [20, 21, 22, 23].map((i) => FIRST_MS + i * MINUTE_MS),
    );
    expect(
      candles.map((k) => [k['o'], k['h'], k['l'], k['c'], k['v'], k['x']].map(String)),
    ).toEqual(
      [20, 21, 22, 23].map((i) => {
        const open = 50_000 + 10 * i;
        const eight = (value: number): string => value.toFixed(8);
        return [open, open + 25, open - 15, open + 10, 1.5 + i].map(eight).concat('true');
      }),
    );
    expect(await get('/api/v3/exchangeInfo')).toMatchObject({ symbols: [{ status: 'BREAK' }] });
    client.socket.terminate();
    await exchange.close();
  });
});
