import { connect } from 'node:net';
import type { Clock } from '#platform/clock/clock.ts';

export type PingResult = 'pong' | 'loading' | 'none';

/** Asks a Redis on a unix socket whether it serves. */
export function pingRedis(path: string, clock: Clock, withinMs: number): Promise<PingResult> {
  const { promise, resolve } = Promise.withResolvers<PingResult>();
  const socket = connect(path);
  const timer = clock.after(withinMs, () => finish('none'));
  function finish(result: PingResult): void {
    timer.cancel();
    socket.destroy();
    resolve(result);
  }
  socket.once('connect', () => socket.write('PING\r\n'));
  socket.once('data', (answer) => {
    const text = answer.toString('latin1');
    finish(text.startsWith('+PONG') ? 'pong' : text.startsWith('-LOADING') ? 'loading' : 'none');
  });
  socket.once('error', () => finish('none'));
  socket.once('close', () => finish('none'));
  return promise;
}
