/**
 * Load on one address from a process of its own: keep-alive connections that ask again as soon as
 * they are answered. Bare sockets, since a client that parses HTTP well is slower than the server.
 * Started by api.ts. Arguments: port, path, connections, seconds.
 */
import { connect } from 'node:net';

const [port = '', path = '', connections = '', seconds = ''] = process.argv.slice(2);
const asked = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
const HEAD_END = Buffer.from('\r\n\r\n');
const timesMs: number[] = [];
const endMs = performance.now() + Number(seconds) * 1_000;

await Promise.all(Array.from({ length: Number(connections) }, () => load()));
const sorted = timesMs.toSorted((a, b) => a - b);
console.log(
  JSON.stringify({
    perSecond: sorted.length / Number(seconds),
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
  }),
);

function load(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.setNoDelay(true);
    let sentMs = 0;
    let left = 0;
    const ask = (): void => {
      sentMs = performance.now();
      left = 0;
      socket.write(asked);
    };
    socket.on('connect', ask);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: Buffer) => {
      left = left === 0 ? bodyLeft(chunk) : left - chunk.length;
      if (left > 0) return;
      timesMs.push(performance.now() - sentMs);
      if (performance.now() < endMs) ask();
      else socket.end();
    });
  });
}

/** Bytes of the body that have not come with its head. */
function bodyLeft(chunk: Buffer): number {
  const headEnd = chunk.indexOf(HEAD_END);
  const head = chunk.toString('latin1', 0, headEnd);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(head.split('\r\n')[0]);
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  return length - (chunk.length - headEnd - HEAD_END.length);
}
