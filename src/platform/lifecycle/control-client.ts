import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Clock } from '../clock/clock.ts';
import { DeskError, TransientError } from '../errors.ts';
import { CONTROL_SOCKET, ControlReply } from './control.ts';
import type { ControlRequest } from './control.ts';
import { socketPath } from './short-path.ts';

export interface AskOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly withinMs?: number;
}

const ASK_WITHIN_MS = 15_000;
const REPLY_CHARACTERS_MAX = 4_194_304;

/**
 * Asks the desk that runs on a data folder; undefined when none runs there.
 * @throws DeskError with the desk's own words when it refuses, TransientError when it is silent.
 */
export async function askDesk(
  request: ControlRequest,
  options: AskOptions,
): Promise<{ readonly body: unknown } | undefined> {
  const socket = await connected(socketPath(options.dataDir, CONTROL_SOCKET));
  if (socket === undefined) return undefined;
  const withinMs = options.withinMs ?? ASK_WITHIN_MS;
  const timer = options.clock.after(withinMs, () => {
    socket.destroy(new TransientError('desk-silent', 'the desk runs but does not answer'));
  });
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    const reply = ControlReply.parse(JSON.parse(await firstLine(socket)));
    if (!reply.isOk) throw new DeskError('desk-refused', reply.message);
    return { body: reply.body };
  } finally {
    timer.cancel();
    socket.destroy();
  }
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // No socket, or one that a killed desk left behind.
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}

async function firstLine(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket as AsyncIterable<string>) {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
    if (text.length > REPLY_CHARACTERS_MAX) break;
  }
  throw new TransientError('desk-silent', 'the desk closed the connection without an answer');
}
