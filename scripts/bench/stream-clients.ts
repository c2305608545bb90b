/**
 * Many clients of the stream in one process: bare sockets that read frames and answer pings. Started
 * by stream.ts, which asks for figures by a line on stdin. Arguments: port, clients, subscription.
 */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const [port = '', count = '', subscription = ''] = process.argv.slice(2);
const AT_ONCE = 50;
const UPGRADE = [
  'GET /api/v1/stream HTTP/1.1',
  `Host: 127.0.0.1:${port}`,
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');
const TEXT = 0x81;
const PING = 0x89;
const PONG = 0x8a;

let delaysMs: number[] = [];
const lastSeq: number[] = [];
let gaps = 0;
let closed = 0;

const total = Number(count);
let started = 0;
await Promise.all(Array.from({ length: AT_ONCE }, () => openSome()));
console.log('open');
createInterface({ input: process.stdin }).on('line', () => {
  const sorted = delaysMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  const figures = { messages: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), gaps, closed };
  console.log(JSON.stringify({ ...figures, mostMs: sorted.at(-1) ?? Number.NaN }));
  delaysMs = [];
});

async function openSome(): Promise<void> {
  while (started < total) {
    started += 1;
    await open(started);
  }
}

function open(index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(UPGRADE));
    let rest: Buffer = Buffer.alloc(0);
    let isUpgraded = false;
    socket.on('error', reject);
    socket.on('close', () => {
      closed += 1;
    });
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isUpgraded) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!rest.toString('latin1', 0, 12).endsWith('101')) reject(new Error('not upgraded'));
        isUpgraded = true;
        rest = rest.subarray(end + 4);
        socket.write(masked(TEXT, Buffer.from(subscription)));
        resolve();
      }
      rest = takeFrames(socket, rest, index);
    });
  });
}

function takeFrames(socket: Socket, bytes: Buffer, index: number): Buffer {
  let at = 0;
  for (;;) {
    const frame = frameAt(bytes, at);
    if (frame === undefined) return bytes.subarray(at);
    if (bytes[at] === PING) socket.write(masked(PONG, frame.body));
    else take(frame.body, index);
    at = frame.end;
  }
}

function frameAt(bytes: Buffer, at: number): { body: Buffer; end: number } | undefined {
  if (bytes.length < at + 4) return undefined;
  const short = bytes[at + 1] ?? 0;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < at + head) return undefined;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
  const end = at + head + length;
  return bytes.length < end ? undefined : { body: bytes.subarray(at + head, end), end };
}

/** Of a message only what is measured is read: parsing all of it would measure the client. */
function take(body: Buffer, index: number): void {
  const text = body.toString('latin1');
  if (!text.includes('"channel"')) return;
  const [, seqText] = /"seq":(\d+)/.exec(text) ?? [];
  const [, atText] = /"atMs":(\d+)/.exec(text) ?? [];
  const seq = Number(seqText);
  const before = lastSeq[index];
  if (before !== undefined && seq !== before + 1) gaps += 1;
  lastSeq[index] = seq;
  delaysMs.push(Date.now() - Number(atText));
}

/** Clients mask what they send; a mask of zeros leaves it as it is. */
function masked(kind: number, body: Buffer): Buffer {
  const head =
    body.length < 126
      ? Buffer.from([kind, 0x80 | body.length])
      : Buffer.from([kind, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}
