/** The stream of a whole desk: what a client sees over restarts, and what becomes of a bad one. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openLedgerReader } from '#ledger/open-reader.ts';
import { type Desk, startDesk } from '../support/desk.ts';
import { eventually } from '../support/eventually.ts';

interface Message {
  readonly kind?: string;
  readonly channel?: string;
  readonly seq?: number;
  readonly data?: unknown;
  readonly detail?: string;
  readonly reason?: string;
}

interface Listener extends AsyncDisposable {
  readonly messages: readonly Message[];
  readonly socket: WebSocket;
  /** Code and reason of the end. */
  readonly ended: Promise<readonly [number, string]>;
}

let desk: Desk;

beforeAll(async () => {
  desk = await startDesk({
    args: ['--timeframe', '1s', '--seed', '7', '--pairs', 'BTC/USDT,ETH/USDT'],
    // A thousand connections of one address in a few seconds are what is tested here.
    env: { NIGHTDESK__GATEWAY__RATE_LIMITS__READS_PER_SECOND: '0' },
  });
  await desk.untilReady();
});

afterAll(async () => {
  await desk[Symbol.asyncDispose]();
});

async function listen(headers: Record<string, string> = {}): Promise<Listener> {
  const socket = new WebSocket(`${desk.url.replace('http', 'ws')}/api/v1/stream`, { headers });
  const messages: Message[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
  const ended = new Promise<readonly [number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, reason.toString()]));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return {
    messages,
    socket,
    ended,
    [Symbol.asyncDispose]: async () => {
      socket.terminate();
      await ended;
    },
  };
}

const EVENTS = ['orders', 'fills', 'positions', 'halts', 'events'];

function subscribe({ socket }: Listener, more: object = {}): void {
  socket.send(JSON.stringify({ kind: 'subscribe', channels: EVENTS, ...more }));
}

function seqs(messages: readonly Message[]): number[] {
  return messages.flatMap(({ channel, seq }) =>
    channel === undefined || seq === undefined ? [] : [seq],
  );
}

async function written(afterSeq: number, upTo: number): Promise<number[]> {
  const reader = await openLedgerReader(join(desk.dataDir, 'ledger.db'));
  try {
    const events = await reader.events({ afterSeq, limit: 5_000 });
    return events.map(({ seq }) => seq).filter((seq) => seq <= upTo);
  } finally {
    await reader.close();
  }
}

/** Something that the ledger keeps. */
async function happen(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await desk.command([n % 2 === 0 ? 'pause' : 'resume', '--reason', `happening ${n}`]);
  }
}

describe('the stream', () => {
  it('gives every event once and in order, over a gateway that was killed', async () => {
    const first = await listen();
    subscribe(first, { afterSeq: 0 });
    await happen(2);
    await eventually(() => seqs(first.messages).length >= 3, {
      withinMs: 20_000,
      what: 'events come',
    });
    process.kill(await desk.pidOf('gateway'), 'SIGKILL');
    await first.ended;
    await happen(2);
    await desk.untilReady();
    const got = seqs(first.messages);
    const second = await listen();
    subscribe(second, { afterSeq: got.at(-1) ?? 0 });
    await happen(2);
    const most = Math.max(...(await written(0, Number.MAX_SAFE_INTEGER)));
    await eventually(() => (seqs(second.messages).at(-1) ?? 0) >= most, {
      withinMs: 20_000,
      what: 'the second connection has caught up',
    });

    const all = [...got, ...seqs(second.messages)].filter((seq) => seq <= most);
    expect(all).toEqual(await written(0, most));
    await second[Symbol.asyncDispose]();
  });

  it('gives the newest values of the others at once', async () => {
    await using listener = await listen();
    subscribe(listener, { channels: ['equity', 'agents', 'quotes', 'decisions'] });

    await eventually(
      () =>
        ['equity', 'agents', 'quotes'].every((name) =>
          listener.messages.some(({ channel }) => channel === name),
        ),
      { withinMs: 20_000, what: 'equity, agents and quotes came' },
    );
  });

  it('says that it begins anew for a number that is not there yet', async () => {
    await using listener = await listen();
    subscribe(listener, { afterSeq: 1_000_000 });

    await eventually(() => listener.messages.some(({ kind }) => kind === 'reset'), {
      withinMs: 10_000,
      what: 'a reset is told',
    });
    expect(listener.messages.find(({ kind }) => kind === 'reset')?.reason).toBe('ahead');
  });

  it.each([
    ['no JSON', '{'],
    ['an unknown channel', '{"kind":"subscribe","channels":["nothing"]}'],
    ['an unknown kind', '{"kind":"order"}'],
    ['a number that is none', '{"kind":"subscribe","channels":["fills"],"afterSeq":-1}'],
  ])('explains what is wrong with %s and stays', async (_, text) => {
    await using listener = await listen();
    listener.socket.send(text);

    await eventually(() => listener.messages.some(({ kind }) => kind === 'error'), {
      withinMs: 10_000,
      what: 'an explanation comes',
    });
    expect(listener.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('ends who sends too much at once', async () => {
    await using listener = await listen();
    listener.socket.send('x'.repeat(20_000));

    expect((await listener.ended)[0]).toBe(1009);
  });

  it('lets no page of another origin listen, and nobody under another name', async () => {
    await expect(listen({ origin: 'https://evil.example' })).rejects.toThrow('403');
    await expect(listen({ host: 'rebind.evil.example' })).rejects.toThrow('421');
  });

  it('leaves nothing behind of a thousand that came and went', async () => {
    const before = await metric('stream_clients');
    for (let round = 0; round < 20; round += 1) {
      const some = await Promise.all(Array.from({ length: 50 }, () => listen()));
      for (const one of some) subscribe(one);
      await Promise.all(some.map((one) => one[Symbol.asyncDispose]()));
    }

    await eventually(async () => (await metric('stream_clients')) <= before, {
      withinMs: 15_000,
      what: 'no client is counted any more',
    });
  });

  it('goes on with events while Redis is away', async () => {
    await using listener = await listen();
    subscribe(listener);
    await eventually(() => listener.messages.some(({ kind }) => kind === 'subscribed'), {
      withinMs: 5_000,
      what: 'it is subscribed',
    });
    process.kill(await desk.pidOf('redis'), 'SIGSTOP');
    await happen(1);

    await eventually(() => seqs(listener.messages).length > 0, {
      withinMs: 15_000,
      what: 'events come without Redis',
    });
  });
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${desk.url}/metrics`)).text();
  const line = text.split('\n').find((row) => row.startsWith(`nightdesk_${name}{`));
  return Number(line?.split(' ').at(-1));
}
