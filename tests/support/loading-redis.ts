/** A socket in front of a Redis which says for a while that it is still loading its file. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';

export interface LoadingRedis extends AsyncDisposable {
  readonly socketPath: string;
}

const SAYS_SERVING = '\r\nloading:0\r\n';
// As long as what it replaces: the length stands before the answer.
const SAYS_LOADING = '\r\nloading:1\r\n';

/** Of each connection the first `times` looks are told that Redis loads, without how long it will. */
export async function loadingRedis(servingPath: string, times: number): Promise<LoadingRedis> {
  const socketPath = `${servingPath}.loading`;
  const server = createServer((near) => {
    let left = times;
    const far = connect(servingPath);
    near.on('data', (chunk) => void far.write(chunk));
    far.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      const isTold = left > 0 && text.includes(SAYS_SERVING);
      if (isTold) left -= 1;
      near.write(isTold ? text.replace(SAYS_SERVING, SAYS_LOADING) : text, 'latin1');
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }).listen(socketPath);
  await once(server, 'listening');
  return {
    socketPath,
    [Symbol.asyncDispose]: async () => {
      server.close();
      rmSync(socketPath, { force: true });
    },
  };
}
