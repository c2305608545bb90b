/** A bare client of the WebSocket API that keeps every frame, for tests of the API itself. */
import { WebSocket } from 'ws';
import { KEYS, signatureOf } from './practice-account.ts';

export interface ApiAnswer {
  readonly id: number | string | null;
  readonly status: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly msg: string; readonly data?: unknown };
  readonly rateLimits?: readonly { readonly rateLimitType: string; readonly count: number }[];
}

export interface UserEvent {
  readonly subscriptionId: number;
  readonly event: Readonly<Record<string, unknown>>;
}

type Parameters = Readonly<Record<string, string | number | boolean>>;

export interface ApiSocket extends Disposable {
  readonly socket: WebSocket;
  /** As they came, parsed or not. */
  readonly frames: readonly string[];
  readonly closed: Promise<number>;
  /** Sends without waiting; returns the id. */
  send(method: string, parameters?: Parameters): number;
  ask(method: string, parameters?: Parameters): Promise<ApiAnswer>;
  events(): readonly UserEvent['event'][];
}

export async function apiSocket(url: string, search = ''): Promise<ApiSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws-api/v3${search}`);
  const frames: string[] = [];
  const waiting = new Map<number, (answer: ApiAnswer) => void>();
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    frames.push(text);
    if (!text.startsWith('{"id"') || !text.endsWith('}')) return;
    const answer = JSON.parse(text) as ApiAnswer;
    waiting.get(Number(answer.id))?.(answer);
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => resolve(code));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => socket.terminate());
  let last = 0;
  const send = (method: string, params: Parameters = {}): number => {
    last += 1;
    socket.send(JSON.stringify({ id: last, method, params }));
    return last;
  };
  return {
    socket,
    frames,
    closed,
    send,
    ask: (method, parameters) =>
      new Promise((resolve, reject) => {
        const id = send(method, parameters);
        const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), 3000);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
      }),
    events: () =>
      frames
        .filter((text) => text.startsWith('{"subscriptionId"'))
        .map((text) => (JSON.parse(text) as UserEvent).event),
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** With key, time and signature added. */
export function signed(parameters: Parameters = {}, isEd25519 = false): Parameters {
  const all = { apiKey: KEYS.apiKey, timestamp: Date.now(), ...parameters };
  const payload = Object.entries(all)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return { ...all, signature: signatureOf(payload, isEd25519) };
}
