/** A bare WebSocket client that keeps what it hears, for tests of streams themselves. */
import { WebSocket } from 'ws';

export type StreamEvent = Readonly<Record<string, unknown>>;

export interface StreamClient {
  readonly socket: WebSocket;
  readonly heard: readonly StreamEvent[];
  /** Close code, once closed. */
  readonly closed: Promise<number>;
  send(value: unknown): void;
  /** The next event from now on (or the first kept one with `fromStart`) that satisfies. */
  next(isWanted: (event: StreamEvent) => boolean, withinMs?: number): Promise<StreamEvent>;
}

export async function streamClient(url: string, path: string): Promise<StreamClient> {
  const socket = new WebSocket(url.replace('http', 'ws') + path);
  const heard: StreamEvent[] = [];
  const waiting = new Set<(event: StreamEvent) => void>();
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as StreamEvent;
    heard.push(event);
    for (const wake of waiting) wake(event);
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => resolve(code));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`HTTP ${response.statusCode}`));
    });
  });
  socket.on('error', () => socket.terminate());
  return {
    socket,
    heard,
    closed,
    send: (value) => socket.send(typeof value === 'string' ? value : JSON.stringify(value)),
    next: (isWanted, withinMs = 5000) =>
      new Promise((resolve, reject) => {
        const wake = (event: StreamEvent): void => {
          if (!isWanted(event)) return;
          waiting.delete(wake);
          clearTimeout(timer);
          resolve(event);
        };
        const timer = setTimeout(() => {
          waiting.delete(wake);
          reject(new Error('no such event in time'));
        }, withinMs);
        waiting.add(wake);
      }),
  };
}
