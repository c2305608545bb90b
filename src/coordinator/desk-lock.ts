/**
 * One desk per data folder. Two things make it so:
 *
 * 1. A name in the kernel (an abstract socket) derived from the folder, held for the whole life. The
 *    kernel gives it to one process and takes it back at its death, however it dies, so there is
 *    nothing stale to judge and two simultaneous starts have exactly one winner.
 * 2. The control socket in the folder itself. It tells the loser who won, and it is seen from other
 *    network namespaces (containers on one folder), where the name of 1 is not.
 *
 * Only the holder of 1 removes a control socket that nobody answers on.
 */
import { createHash } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import type { Clock } from '#platform/clock/clock.ts';
import { DeskStatus } from '#platform/lifecycle/control.ts';
import { CONTROL_SOCKET } from '#platform/lifecycle/control.ts';
import { askDesk } from '#platform/lifecycle/control-client.ts';
import { ExitError } from '#platform/lifecycle/exit-error.ts';
import { EXIT } from '#platform/lifecycle/exit-codes.ts';
import { runFolder, socketPath } from '#platform/lifecycle/short-path.ts';

export interface DeskLock {
  /** Where the control socket is to be served. */
  readonly controlPath: string;
  release(): Promise<void>;
}

const ASK_WITHIN_MS = 2_000;

/**
 * Takes the lock of a data folder.
 * @throws ExitError (try later) that names the desk which has it.
 */
export async function lockDesk(dataDir: string, clock: Clock): Promise<DeskLock> {
  const name = await holdName(runFolder(dataDir));
  if (name === 'taken') throw await takenBy(dataDir, clock);
  const other = await otherDesk(dataDir, clock);
  if (other !== undefined) {
    await closed(name);
    throw refusal(dataDir, other);
  }
  const controlPath = socketPath(dataDir, CONTROL_SOCKET);
  rmSync(controlPath, { force: true });
  return { controlPath, release: () => closed(name) };
}

// Linux only; elsewhere the control socket alone has to do, which leaves a small race at start.
async function holdName(folder: string): Promise<Server | 'taken' | undefined> {
  if (process.platform !== 'linux') return undefined;
  const { dev, ino } = statSync(folder, { bigint: true });
  const digest = createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<Server | 'taken'>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') resolve('taken');
    else reject(error);
  });
  server.listen({ path: `\0nightdesk-${digest}` }, () => resolve(server));
  const held = await promise;
  server.unref();
  return held;
}

async function takenBy(dataDir: string, clock: Clock): Promise<ExitError> {
  return refusal(dataDir, await otherDesk(dataDir, clock));
}

type Other = { readonly pid?: number; readonly sinceMs?: number };

async function otherDesk(dataDir: string, clock: Clock): Promise<Other | undefined> {
  try {
    const options = { dataDir, clock, withinMs: ASK_WITHIN_MS };
    const answer = await askDesk({ kind: 'status' }, options);
    if (answer === undefined) return undefined;
    return DeskStatus.safeParse(answer.body).data ?? {};
  } catch {
    // Somebody serves the socket and does not answer: stopped or busy, but there.
    return {};
  }
}

function refusal(dataDir: string, other: Other | undefined): ExitError {
  const who = other?.pid === undefined ? 'another desk' : `another desk (pid ${other.pid})`;
  const since =
    other?.sinceMs === undefined ? '' : ` since ${new Date(other.sinceMs).toISOString()}`;
  return new ExitError(
    EXIT.tryLater,
    `${who} runs on the data folder ${dataDir}${since}; stop it first or use another --data-dir`,
  );
}

function closed(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (server === undefined) resolve();
    else server.close(() => resolve());
  });
}
